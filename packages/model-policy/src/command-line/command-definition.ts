import type { Command } from 'commander'
import type { ExitCode } from './exit-code.ts'
import type { Host } from './host.ts'

/** A command: its words and options on `program`, its work in a function that ends with an exit code. */
export type CommandDefinition = (program: Command, host: Host, finish: Finish) => void

/** Wraps a command's work so that its exit code reaches the process. */
export type Finish = <Arguments extends unknown[]>(
  work: (...input: Arguments) => Promise<ExitCode>,
) => (...input: Arguments) => Promise<void>
