import { z } from 'zod'
import type { HeadBranch } from '../collect/find-pull-requests.ts'

const form = z.object({
  workflow_run: z.object({
    head_sha: z.string(),
    head_branch: z.string(),
    head_repository: z.object({ owner: z.object({ login: z.string() }) }),
  }),
})

/**
 * The branch and the head that a finished workflow run was about, as the event `workflow_run` tells them; `undefined` for another event. The list of
 * pull requests in it is empty for forks, so it is not looked at.
 */
export function headOfRun(payload: unknown): (HeadBranch & { head: string }) | undefined {
  const run = form.safeParse(payload).data?.workflow_run
  return run && { owner: run.head_repository.owner.login, branch: run.head_branch, head: run.head_sha }
}
