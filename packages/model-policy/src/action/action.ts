import { processHost } from '../command-line/process-host.ts'
import { runProgram } from '../command-line/run-program.ts'
import { comment } from '../commands/comment.ts'
import { gate } from '../commands/gate.ts'
import { mint } from '../commands/mint.ts'
import { record } from '../commands/record.ts'
import { argumentsOf } from './arguments-of.ts'

/** The GitHub Action: one command of `model-policy`, its inputs from the environment that the runner sets. */
async function main(): Promise<void> {
  const host = processHost()
  const { argv, env } = argumentsOf(process.env)
  // What the runner's own environment says is needed too: where the event is, where the summary goes.
  process.exitCode = await runProgram([gate, mint, comment, record], argv, {
    ...host,
    env,
    terminal: undefined,
  })
}

void main()
