import { PolicyError } from '@policy/core'
import { findPullRequests, headOfRun } from '@policy/github'
import type { RunContext } from './run-context.ts'

/**
 * The pull requests that a verdict is told on: the one that was named or that the event is about, else those whose head a workflow run was
 * about and still is.
 *
 * @throws `usage` when the event is about none; `github_failed`, `github_incomplete`.
 */
export async function commentedPulls({ subject, payload, collect }: RunContext): Promise<number[]> {
  if (subject.type === 'pull-request') return [subject.number]
  const run = headOfRun(payload)
  if (run === undefined) {
    throw new PolicyError('usage', 'it is not said on which pull request', {
      remedy: 'say it: --pull-request 12',
    })
  }
  const found = await findPullRequests(collect, run)
  return found.filter(({ head }) => head === run.head).map(({ number }) => number)
}
