import { exitCode } from '../../command-line/exit-code.ts'
import type { CommandDefinition } from '../../command-line/command-definition.ts'

/** `policy sign`: put the policy and the keys as they lie there in force. */
export const sign: CommandDefinition = (program, host, finish) => {
  program
    .command('sign')
    .description('sign the policy and the keys file as they are, with the next serial; for a signer')
    .option('--key <thumbprint>', 'which of your keys signs, where you hold several')
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (options: { key?: string; json?: boolean }) => {
        const { signWorkingPolicy } = await import('../../trust/sign-working-policy.ts')
        const { claims, kid, changed } = await signWorkingPolicy(host, options.key)
        if (kid === undefined && !options.json) {
          host.out(
            `Nothing has changed since serial ${claims.serial} was signed: the signature stays as it is.\n`,
          )
          return exitCode.ok
        }
        host.out(
          options.json
            ? `${JSON.stringify({ ...claims, kid, changed })}\n`
            : `Signed with serial ${claims.serial}: commit .model-policy/policy.sig with the change.\n`,
        )
        if (changed.policy && !options.json) {
          host.out('Grants given under the policy before do not count under this one.\n')
        }
        return exitCode.ok
      }),
    )
}
