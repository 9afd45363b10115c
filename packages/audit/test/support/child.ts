import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A process under test and what it printed so far. */
export interface Child {
  process: ChildProcess
  /** Whole lines of its standard output, oldest first. */
  lines: readonly string[]
  /** Resolves when it has printed so many lines, or ended. */
  printed(count: number): Promise<void>
  /** Kill it with SIGKILL, at once. */
  kill(): void
  /** Resolves once it has ended and all its output was read, with its exit code; `null` when it was killed. */
  ended: Promise<number | null>
}

/** Start one of the programs beside this file, on sources. */
export function startNode(program: string, ...input: string[]): Child {
  return start(process.execPath, [
    '--conditions=@policy/source',
    join(import.meta.dirname, program),
    ...input,
  ])
}

/** Start a program and read the lines it prints; its errors go to ours unless they are expected. */
export function start(
  command: string,
  input: readonly string[],
  errors: 'inherit' | 'ignore' = 'inherit',
): Child {
  const child = spawn(command, input, { stdio: ['ignore', 'pipe', errors] })
  const lines: string[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const reader = createInterface({ input: child.stdout })
  const closed = once(reader, 'close')
  reader.on('line', (line) => {
    lines.push(line)
    for (const { count, resolve } of waiting) if (lines.length >= count) resolve()
  })
  const ended = Promise.all([once(child, 'exit'), closed]).then(([[code]]) => {
    for (const { resolve } of waiting) resolve()
    return code as number | null
  })
  return {
    process: child,
    lines,
    printed: (count) =>
      new Promise((resolve) => {
        if (lines.length >= count || child.exitCode !== null) resolve()
        else waiting.push({ count, resolve })
      }),
    kill: () => void child.kill('SIGKILL'),
    ended,
  }
}
