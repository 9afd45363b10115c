import type { CommandDefinition } from '../command-line/command-definition.ts'
import { exitCode } from '../command-line/exit-code.ts'
import type { PullRequestOptions } from '../pull-request/run-context.ts'

interface MintCommandOptions extends PullRequestOptions {
  labeledHead?: string
  json?: boolean
}

/** `mint`: turn a person's label, review or note on a pull request into a grant. Runs where the minter's key is, on the default branch's code. */
export const mint: CommandDefinition = (program, host, finish) => {
  program
    .command('mint')
    .description(
      'mint the grant that a person approved on a pull request; the key is read from MODEL_POLICY_MINTER_KEY',
    )
    .option('--repository <owner/name>', 'the repository on GitHub (default: GITHUB_REPOSITORY)')
    .option('--pull-request <number>', "the pull request (default: the event's)")
    .option('--labeled-head <commit>', "the head that the person saw (default: the event's)")
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (options: MintCommandOptions) => {
        const [
          { mint: mintLive },
          { PolicyError },
          { openRunContext },
          { publish },
          { minterKey, labelingOf },
        ] = await Promise.all([
          import('@policy/github'),
          import('@policy/core'),
          import('../pull-request/run-context.ts'),
          import('../pull-request/publish.ts'),
          import('../pull-request/minter.ts'),
        ])
        const key = await minterKey(host.env)
        using run = await openRunContext(host, options)
        if (run.subject.type !== 'pull-request') {
          throw new PolicyError('usage', 'a grant is minted from a pull request', {
            remedy: 'say which: --pull-request 12',
          })
        }
        const minted = await mintLive({
          ...run.collect,
          number: run.subject.number,
          labeling:
            options.labeledHead === undefined ? labelingOf(run.payload) : { head: options.labeledHead },
          key,
        })
        const what = minted.type === 'minted' ? 'Minted' : 'There is already'
        const text = options.json
          ? `${JSON.stringify(minted)}\n`
          : `${what} the grant ${minted.jti}, approved by ${minted.by}.\n`
        await publish(host, { text, outputs: { jti: minted.jti } })
        return exitCode.ok
      }),
    )
}
