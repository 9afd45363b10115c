import { commands } from '../commands/index.ts'
import type { ExitCode } from './exit-code.ts'
import type { Host } from './host.ts'
import { runProgram } from './run-program.ts'

/**
 * Run one command line, without the leading `node` and script, and give its exit code.
 *
 * Never throws: errors are written to standard error as a sentence, its code and the next step; with `--json` as one JSON object.
 */
export async function run(argv: readonly string[], host: Host): Promise<ExitCode> {
  return runProgram(commands, argv, host)
}
