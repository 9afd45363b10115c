import type { Start } from '../answer/start-of.ts'
import type { CommandDefinition } from '../command-line/command-definition.ts'
import { exitCode } from '../command-line/exit-code.ts'

interface ApproveOptions {
  person?: string
  link?: string
  json?: boolean
}

/** `approve`: a person reads an escalation and says yes; needs a terminal, a passphrase and a typed word. */
export const approve: CommandDefinition = (program, host, finish) => {
  program
    .command('approve')
    .description('read the escalation of this repository and say yes to it; for people, at a terminal')
    .option('--person <id>', 'who you are, where you hold the keys of several people')
    .option('--link <uri>', 'where the approval can be looked at, such as a pull request')
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (options: ApproveOptions) => {
        const { approveEscalation } = await import('../answer/approve-escalation.ts')
        const approved = await approveEscalation(host, options)
        if (approved === undefined) {
          host.err('Not approved: nothing was written.\n')
          return exitCode.denied
        }
        const { sub, jti, exp, approval } = approved.claims
        const until = new Date(exp * 1000).toISOString()
        host.out(
          options.json
            ? `${JSON.stringify({ decision: 'approved', by: sub, escalation: approval.escalation, grant: jti, until, start: startData(approved.start) })}\n`
            : `Approved by ${sub} until ${until}: grant ${jti}.\n`,
        )
        return exitCode.ok
      }),
    )
}

/** Where the grant counts from, as data; with what is not counted, where some work is not. */
function startData(start: Start): object {
  if (start.type !== 'later') return start
  const { changedFiles, changedLines, sensitive } = start.between.measured
  const { type, branch, commits, whole } = start
  return {
    type,
    branch,
    usual: whole.base,
    uncounted: { commits, changedFiles, changedLines, sensitive: sensitive.map(({ path }) => path) },
  }
}
