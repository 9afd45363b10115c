import type { CommandDefinition } from '../command-line/command-definition.ts'
import { type ExitCode, exitCode } from '../command-line/exit-code.ts'
import type { PullRequestOptions } from '../pull-request/run-context.ts'

interface GateOptions extends PullRequestOptions {
  wait: string
  json?: boolean
}

const exitCodes = {
  neutral: exitCode.ok,
  pass: exitCode.ok,
  'needs-maintainer': exitCode.escalate,
  fail: exitCode.denied,
  error: exitCode.fault,
} as const satisfies Record<string, ExitCode>

/** Between two looks at checks that have not ended. */
const pauseMilliseconds = 60_000

/** `gate`: whether a pull request's model-made work was allowed, and whether it may be merged. */
export const gate: CommandDefinition = (program, host, finish) => {
  program
    .command('gate')
    .description(
      'judge a pull request by its base branch: pass (exit 0), needs a maintainer (2), fail (3), error (1)',
    )
    .option('--repository <owner/name>', 'the repository on GitHub (default: GITHUB_REPOSITORY)')
    .option('--pull-request <number>', "the pull request (default: the event's)")
    .option('--wait <minutes>', 'how long to wait for checks that the policy names', '0')
    .option('--json', 'print the verdict as JSON')
    .action(
      finish(async (options: GateOptions) => {
        const [
          { gate: judgeLive, renderVerdict, unauthorizedVerdict },
          { openRunContext },
          { publish },
          timers,
        ] = await Promise.all([
          import('@policy/github'),
          import('../pull-request/run-context.ts'),
          import('../pull-request/publish.ts'),
          import('node:timers/promises'),
        ])
        using run = await openRunContext(host, options)
        const { subject, collect } = run
        const patience = {
          until: host.clock() + Number(options.wait) * 60_000,
          clock: host.clock,
          pause: () => timers.setTimeout(pauseMilliseconds),
        }
        const verdict =
          subject.type === 'no-pull-request'
            ? unauthorizedVerdict(subject.event)
            : await judgeLive({ ...collect, subject }, patience)
        const about =
          subject.type === 'pull-request'
            ? `pull request ${subject.number}`
            : subject.type === 'merge-group'
              ? subject.headRef
              : subject.event
        await publish(host, {
          text: options.json ? `${JSON.stringify(verdict)}\n` : renderVerdict(verdict, about),
          summary: renderVerdict(verdict, about),
          outputs: { verdict: verdict.type, code: verdict.code ?? '' },
        })
        return exitCodes[verdict.type]
      }),
    )
}
