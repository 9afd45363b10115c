import type { CommandDefinition } from '../command-line/command-definition.ts'
import { exitCode } from '../command-line/exit-code.ts'
import type { RevokeGrantsOptions } from '../grants/revoke-grants.ts'

/** `revoke`: withdraw grants in the ledger of whoever runs it; from then on no call passes under them. */
export const revoke: CommandDefinition = (program, host, finish) => {
  program
    .command('revoke')
    .description("withdraw grants in this user's ledger: no call passes under them any more")
    .option('--grant <id>', 'one grant, by its id or what it begins with')
    .option('--escalation [digest]', 'what answers one escalation (default: the one in this working tree)')
    .option('--key <thumbprint>', 'what one key signed')
    .option('--all', 'everything issued so far')
    .option('--reason <sentence>', 'why, for the record')
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (options: RevokeGrantsOptions & { json?: boolean }) => {
        const { revokeGrants } = await import('../grants/revoke-grants.ts')
        const { revocation, ledger } = await revokeGrants(host, options)
        const [[what, which] = []] = Object.entries(revocation)
        host.out(
          options.json
            ? `${JSON.stringify({ revocation, ledger })}\n`
            : `Revoked in ledger ${ledger}: ${what} ${which}.\n`,
        )
        return exitCode.ok
      }),
    )
}
