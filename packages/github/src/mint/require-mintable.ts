import { pathMatcher, PolicyError } from '@policy/core'
import { branchAnswer } from '../collect/answers.ts'
import { readBaseRules } from '../collect/base-rules.ts'
import type { EvidenceSources } from '../collect/collect-options.ts'
import type { CollectedPullRequest } from '../collect/collect-pull-request.ts'

/**
 * Refuse to mint for what is closed, and by the rules of a branch that anybody can make: whoever opens a pull request names its base. The
 * default branch counts, and those that its policy protects.
 *
 * @throws `pull_request_closed`, `branch_unprotected`, and what reading the default branch's policy throws.
 */
export async function requireMintable(
  { github, history, owner, repo }: EvidenceSources,
  { pullRequest, isOpen, defaultBranch }: CollectedPullRequest,
): Promise<void> {
  const { number, baseBranch } = pullRequest
  if (!isOpen) {
    throw new PolicyError('pull_request_closed', `pull request ${number} is merged or closed`, {
      remedy: 'open it again, or another one',
    })
  }
  if (baseBranch === defaultBranch) return
  const route = 'GET /repos/{owner}/{repo}/branches/{branch}'
  const { commit } = await github.get(route, { owner, repo, branch: defaultBranch }, branchAnswer)
  const { policy } = await readBaseRules(history, commit.sha)
  if (policy.document.merge.protectedBranches.some((branch) => pathMatcher(branch)(baseBranch))) return
  throw new PolicyError(
    'branch_unprotected',
    `pull request ${number} goes into ${baseBranch}, which merge.protectedBranches of ${defaultBranch} does not name`,
    { remedy: `have it go into ${defaultBranch}, or protect ${baseBranch} and name it there` },
  )
}
