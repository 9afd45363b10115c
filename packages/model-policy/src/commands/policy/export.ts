import { exitCode } from '../../command-line/exit-code.ts'
import type { CommandDefinition } from '../../command-line/command-definition.ts'

/** `policy export`: the policy in force as JSON, every default filled in, for programs that are not TypeScript. */
export const exportPolicy: CommandDefinition = (program, host, finish) => {
  program
    .command('export')
    .description('print the policy in force as JSON, with every default filled in')
    .option('--json', 'say that JSON is wanted, which it is anyway')
    .action(
      finish(async () => {
        const { openWorkspace } = await import('../../workspace/open-workspace.ts')
        const { repositoryId, serial, policy } = await openWorkspace(host)
        const { digest, document } = policy
        host.out(`${JSON.stringify({ version: 1, repository: repositoryId, serial, digest, document })}\n`)
        return exitCode.ok
      }),
    )
}
