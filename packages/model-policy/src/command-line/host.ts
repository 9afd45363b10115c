import type { Clock } from '@policy/core'

/** Everything a command touches outside itself; tests hand in their own. */
export interface Host {
  cwd: string
  env: Readonly<Record<string, string | undefined>>
  clock: Clock
  /** Write to standard output. */
  out(text: string): void
  /** Write to standard error. */
  err(text: string): void
  /** Read all of standard input as UTF-8. */
  readInput(): Promise<string>
  /** Questions to a person; `undefined` where there is no terminal. */
  terminal: Terminal | undefined
}

/** A person at a terminal. */
export interface Terminal {
  /** Ask for one line. */
  line(question: string): Promise<string>
  /** Ask for one line without showing it. */
  secret(question: string): Promise<string>
}
