import { PolicyError } from '@policy/core'
import { Command, CommanderError } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { type ExitCode, exitCode, exitCodeOfError } from './exit-code.ts'
import type { Host } from './host.ts'
import type { CommandDefinition, Finish } from './command-definition.ts'
import { withoutCommands } from './without-commands.ts'

/**
 * Run one command line of a program with these commands, and give its exit code.
 *
 * Never throws: errors are written to standard error as a sentence, its code and the next step; with `--json` as one JSON object.
 */
export async function runProgram(
  commands: readonly CommandDefinition[],
  argv: readonly string[],
  host: Host,
): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok
  const finish: Finish =
    (work) =>
    async (...input) => {
      code = await work(...input)
    }
  const program = new Command('model-policy')
    .version(manifest.version, '--version', 'print the version')
    .description('Decide, explain and record which models agents may use.')
    .exitOverride()
    .configureOutput({ writeOut: host.out, writeErr: host.err })
    .showHelpAfterError('(add --help for what it takes)')
  for (const define of commands) define(program, host, finish)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.fault
    return tell(error, argv.includes('--json'), host)
  }
}

function tell(error: unknown, json: boolean, host: Host): ExitCode {
  const known = PolicyError.is(error) ? error : undefined
  const message = error instanceof Error ? error.message : String(error)
  const { code, remedy, place } = known ?? { code: 'fault' }
  const next = remedy && !message.includes(remedy) ? `  next: ${remedy}\n` : ''
  const text = json
    ? `${JSON.stringify({ error: { code, message, remedy, place } })}\n`
    : `model-policy: ${message}${known ? ` [${known.code}]` : ''}\n${next}`
  host.err(withoutCommands(text))
  return known ? exitCodeOfError(known.code) : exitCode.fault
}
