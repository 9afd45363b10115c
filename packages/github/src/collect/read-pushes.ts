import { PolicyError } from '@policy/core'
import type { PushEvidence } from '../evidence/pull-request-evidence.ts'
import { activityAnswer } from './answers.ts'
import type { EvidenceSources } from './collect-options.ts'

type Source = Pick<EvidenceSources, 'github' | 'owner' | 'repo'>

/** Every push to a branch of a repository, by the account that GitHub authenticated. */
export async function readPushes({ github, owner, repo }: Source, branch: string): Promise<PushEvidence[]> {
  const route = 'GET /repos/{owner}/{repo}/activity'
  const parameters = { owner, repo, ref: `refs/heads/${branch}` }
  const { items } = await github.pages(route, parameters, activityAnswer, (answer) => answer)
  return items.map(({ actor, before, after }) => ({ by: actor, before, after }))
}

/** The same of a fork, by its full name, where it is public; none where the token may not read it: that is for GitHub to say. */
export async function readForkPushes(
  { github }: Source,
  fullName: string,
  branch: string,
): Promise<PushEvidence[]> {
  const [owner = '', repo = ''] = fullName.split('/')
  try {
    return await readPushes({ github, owner, repo }, branch)
  } catch (error) {
    if (isDenied(error)) return []
    throw error
  }
}

/** Whether GitHub refused a question for good, not because too many were asked. */
function isDenied(error: unknown): boolean {
  const { status, response } = (PolicyError.is(error) ? (error.cause ?? {}) : {}) as {
    status?: number
    response?: { headers?: Record<string, string> }
  }
  const { 'retry-after': wait, 'x-ratelimit-remaining': left } = response?.headers ?? {}
  return status === 404 || (status === 403 && wait === undefined && left !== '0')
}
