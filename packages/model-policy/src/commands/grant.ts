import type { CommandDefinition } from '../command-line/command-definition.ts'
import { exitCode } from '../command-line/exit-code.ts'

/** `grant show`: the grants at hand and what is left of them; `grant add`: keep one that came another way. */
export const grant: CommandDefinition = (program, host, finish) => {
  const command = program.command('grant').description('the grants of this repository and user')
  command
    .command('show')
    .description('list the grants at hand, and what each is still worth')
    .argument('[id]', 'only the grant whose id begins so')
    .option('--json', 'print them as JSON')
    .action(
      finish(async (id: string | undefined, options: { json?: boolean }) => {
        const [{ openWorkspace }, { grantsAtHand }, { grantData, grantText }] = await Promise.all([
          import('../workspace/open-workspace.ts'),
          import('../grants/grants-at-hand.ts'),
          import('../grants/grant-text.ts'),
        ])
        const { grants, failure } = await grantsAtHand(await openWorkspace(host), host)
        if (failure !== undefined) host.err(`model-policy: ${failure}\n`)
        const shown = grants.filter(({ claims }) => claims.jti.startsWith(id ?? ''))
        if (options.json) host.out(`${JSON.stringify(shown.map(grantData))}\n`)
        else host.out(shown.length === 0 ? 'No grant is at hand.\n' : shown.map(grantText).join('\n'))
        return exitCode.ok
      }),
    )
  command
    .command('add')
    .description('verify a grant that was minted elsewhere, and keep it where the guard finds it')
    .argument('<file>', 'a file that holds the token or the comments with it, or - for standard input')
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (file: string, options: { json?: boolean }) => {
        const { addGrant } = await import('../grants/add-grant.ts')
        const { jti, exp } = await addGrant(host, file)
        const until = new Date(exp * 1000).toISOString()
        host.out(
          options.json ? `${JSON.stringify({ jti, until })}\n` : `Kept grant ${jti}, good until ${until}.\n`,
        )
        return exitCode.ok
      }),
    )
}
