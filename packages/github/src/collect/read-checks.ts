import type { z } from 'zod'
import type { CheckEvidence } from '../evidence/pull-request-evidence.ts'
import { checkRunsAnswer } from './answers.ts'
import type { EvidenceSources } from './collect-options.ts'
import { incomplete } from './github-client.ts'

type CheckRun = z.infer<typeof checkRunsAnswer>['check_runs'][number]

/**
 * The runs of each check on a head that nothing took the place of: no app's word takes the place of another's, and no workflow's that of
 * another, as each of its runs is a suite. What is started again stays in its suite, and starts when what it replaces has ended; jobs of
 * one name that ran beside each other are different ones.
 */
export async function readChecks(
  { github, owner, repo }: Pick<EvidenceSources, 'github' | 'owner' | 'repo'>,
  head: string,
): Promise<CheckEvidence[]> {
  const { items, first } = await github.pages(
    'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    // With `latest`, of two jobs of one name GitHub tells of one only.
    { owner, repo, ref: head, filter: 'all' },
    checkRunsAnswer,
    ({ check_runs: runs }) => runs,
  )
  if (items.length < first.total_count)
    throw incomplete(`it tells of ${items.length} of ${first.total_count} checks`)
  const alike = Map.groupBy(items, (run) => `${run.app?.id} ${run.check_suite?.id} ${run.name}`)
  return [...alike.values()].flatMap((runs) => {
    const newestStart = Math.max(...runs.map(startOf))
    return runs
      .filter((run) => newestStart <= endOf(run))
      .map(({ name, app, status, conclusion }) => ({
        name,
        app: app?.id,
        conclusion: status === 'completed' ? (conclusion ?? 'none') : 'pending',
      }))
  })
}

/** In ms since 1970. What GitHub gives no time for takes the place of nothing, and nothing takes its; what has yet to start comes last. */
function startOf({ status, started_at: at }: CheckRun): number {
  if (at) return Date.parse(at)
  return status === 'completed' ? -Infinity : Infinity
}
const endOf = ({ status, completed_at: at }: CheckRun) =>
  status === 'completed' && at ? Date.parse(at) : Infinity
