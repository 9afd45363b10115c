import { PolicyError } from '@policy/core'
import type { GitView } from './git-view.ts'
import { notStarted } from './run-git.ts'

/** An object as git keeps it. */
interface GitObject {
  type: string
  content: Buffer
}

/** Objects by name, all asked of one process: starting one for each costs more than reading it. */
export interface ObjectReader extends Disposable {
  /** The object; `undefined` when this clone does not have it. Throws `git_failed` when git does not answer. */
  read(name: string): Promise<GitObject | undefined>
}

interface Waiting {
  resolve(object: GitObject | undefined): void
  reject(error: PolicyError): void
}

/**
 * Read objects through a view with `git cat-file --batch`, started with the first question. Names are ids, or ids with `^{tree}`.
 *
 * Source: git-cat-file(1), "Batch output": `<id> SP <type> SP <size> LF <content> LF`, or `<name> SP missing LF`.
 */
export function objectReader(view: GitView): ObjectReader {
  const waiting: Waiting[] = []
  let unread: Buffer[] = []
  let length = 0
  let needed = 0
  let child: ReturnType<GitView['start']> | undefined

  function take(chunk: Buffer): void {
    unread.push(chunk)
    length += chunk.length
    if (length < needed) return
    let rest = Buffer.concat(unread, length)
    for (;;) {
      const end = rest.indexOf('\n')
      const [, type = '', size] = end < 0 ? [] : rest.toString('latin1', 0, end).split(' ')
      const last = end + 1 + (size === undefined ? 0 : Number(size) + 1)
      needed = last
      if (end < 0 || rest.length < last) break
      const object = size === undefined ? undefined : { type, content: rest.subarray(end + 1, last - 1) }
      waiting.shift()?.resolve(object)
      rest = rest.subarray(last)
    }
    unread = [rest]
    length = rest.length
  }

  function start(): NonNullable<typeof child> {
    const started = view.start(['cat-file', '--batch'])
    const fail = (error: PolicyError) => {
      for (const { reject } of waiting.splice(0)) reject(error)
      child = undefined
    }
    started.stdout.on('data', take)
    started.stderr.resume()
    started.on('error', (cause) => fail(notStarted(cause)))
    started.on('close', () => fail(new PolicyError('git_failed', 'git cat-file ended without an answer')))
    return started
  }

  return {
    read: (name) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        child ??= start()
        child.stdin.write(`${name}\n`)
      }),
    [Symbol.dispose]: () => void child?.stdin.end(),
  }
}
