import type { CommandDefinition } from '../command-line/command-definition.ts'
import { exitCode } from '../command-line/exit-code.ts'

interface DeclineOptions {
  person?: string
  reason?: string
  json?: boolean
}

/** `decline`: a person says no to an escalation, and why; needs a terminal and a passphrase. */
export const decline: CommandDefinition = (program, host, finish) => {
  program
    .command('decline')
    .description('say no to the escalation of this repository, and why; for people, at a terminal')
    .option('--reason <sentence>', 'why (default: asked for)')
    .option('--person <id>', 'who you are, where you hold the keys of several people')
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (options: DeclineOptions) => {
        const { declineEscalation } = await import('../answer/decline-escalation.ts')
        const { sub, escalation, reason } = await declineEscalation(host, options)
        host.out(
          options.json
            ? `${JSON.stringify({ decision: 'declined', by: sub, escalation, reason })}\n`
            : `Declined by ${sub}: ${reason}\n`,
        )
        return exitCode.ok
      }),
    )
}
