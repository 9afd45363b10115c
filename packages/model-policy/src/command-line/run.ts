import type { Command } from 'commander'
import { commands } from '../commands/index.ts'
import type { ExitCode } from './exit-code.ts'
import type { Host } from './host.ts'
import { runProgram } from './run-program.ts'

/** A command: its words and options on `program`, its work in a function that ends with an exit code. */
export type CommandDefinition = (program: Command, host: Host, finish: Finish) => void

/** Wraps a command's work so that its exit code reaches the process. */
export type Finish = <Arguments extends unknown[]>(
  work: (...input: Arguments) => Promise<ExitCode>,
) => (...input: Arguments) => Promise<void>

/**
 * Run one command line, without the leading `node` and script, and give its exit code.
 *
 * Never throws: errors are written to standard error as a sentence, its code and the next step; with `--json` as one JSON object.
 */
export async function run(argv: readonly string[], host: Host): Promise<ExitCode> {
  return runProgram(commands, argv, host)
}
