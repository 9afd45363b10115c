import { exitCode } from '../command-line/exit-code.ts'
import type { CommandDefinition } from '../command-line/command-definition.ts'
import type { PullRequestOptions } from '../pull-request/run-context.ts'

/**
 * `comment`: judge again and tell the verdict in the pull request's one comment. For a job that may write; it takes nothing from the job that
 * gated. Exit 1 where not every fact could be had.
 */
export const comment: CommandDefinition = (program, host, finish) => {
  program
    .command('comment')
    .description("tell the gate's verdict in the pull request's one comment, judged anew")
    .option('--repository <owner/name>', 'the repository on GitHub (default: GITHUB_REPOSITORY)')
    .option('--pull-request <number>', "the pull request (default: those of the event's workflow run)")
    .option('--json', 'print what was done as JSON')
    .action(
      finish(async (options: PullRequestOptions & { json?: boolean }) => {
        const [{ commentVerdict, gate }, { openRunContext }, { commentedPulls }, { publish }] =
          await Promise.all([
            import('@policy/github'),
            import('../pull-request/run-context.ts'),
            import('../pull-request/commented-pulls.ts'),
            import('../pull-request/publish.ts'),
          ])
        using run = await openRunContext(host, options)
        const { collect } = run
        const told = []
        for (const number of await commentedPulls(run)) {
          const verdict = await gate({ ...collect, subject: { type: 'pull-request', number } })
          const done = await commentVerdict({ ...collect, number, verdict, about: `pull request ${number}` })
          told.push({ number, verdict: verdict.type, comment: done })
        }
        const lines = told.map(
          ({ number, verdict, comment: done }) => `#${number}: ${verdict}, comment ${done}\n`,
        )
        const text = lines.length === 0 ? 'No open pull request has this head any more.\n' : lines.join('')
        await publish(host, { text: options.json ? `${JSON.stringify(told)}\n` : text })
        return told.some(({ verdict }) => verdict === 'error') ? exitCode.fault : exitCode.ok
      }),
    )
}
