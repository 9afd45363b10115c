import { randomUUID } from 'node:crypto'
import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PolicyError } from '@policy/core'
import { isMissing, readText } from './read-text.ts'
import { isThere } from './write-text.ts'

/** Milliseconds between looks at a lock that another process holds. */
const pause = 20

/**
 * Hold a lock file while `work` runs, which is to take milliseconds; other processes wait for their turn.
 *
 * A lock that a process sees unchanged for `patience` milliseconds was left by one that died, and is taken away.
 *
 * @throws `file_unreadable` when the lock cannot be made; what `work` throws.
 */
export async function withLock<Result>(
  path: string,
  work: () => Promise<Result>,
  patience = 5000,
): Promise<Result> {
  const mine = randomUUID()
  await orUnwritable(path, mkdir(dirname(path), { recursive: true }))
  let [holder, waited]: [string | undefined, number] = [undefined, 0]
  while (!(await take(path, mine))) {
    const now = await readText(path)
    ;[holder, waited] = [now, now === holder ? waited + pause : 0]
    if (waited >= patience) await removeLeft(path, holder)
    await sleep(pause)
  }
  try {
    return await work()
  } finally {
    if ((await readText(path)) === mine) await rm(path, { force: true })
  }
}

async function take(path: string, mine: string): Promise<boolean> {
  const made = open(path, 'wx', 0o600).catch((error: unknown) => {
    if (!isThere(error)) throw error
    return undefined
  })
  const file = await orUnwritable(path, made)
  if (file)
    await orUnwritable(
      path,
      file.writeFile(mine).finally(() => file.close()),
    )
  return file !== undefined
}

async function orUnwritable<Result>(path: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (cause) {
    throw new PolicyError('file_unreadable', `${path} cannot be written: ${(cause as Error).message}`, {
      cause,
      place: { file: path },
    })
  }
}

/** Take a lock away, and put it back when it turns out to be another one: a second waiter may have been quicker, and hold it now. */
async function removeLeft(path: string, holder: string | undefined): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
    if ((await readText(aside)) !== holder) await link(aside, path)
  } catch (error) {
    if (!isMissing(error) && !isThere(error)) throw error
  } finally {
    await rm(aside, { force: true })
  }
}
