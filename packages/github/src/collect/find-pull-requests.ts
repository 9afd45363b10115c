import { pullsAnswer } from './answers.ts'
import type { EvidenceSources } from './collect-options.ts'

/** A branch that pull requests may ask to be merged. */
export interface HeadBranch {
  /** The account whose repository or fork it lies in. */
  owner: string
  branch: string
}

/** The open pull requests of a branch: one for each base that it asks to be merged into. */
export async function findPullRequests(
  { github, owner, repo }: Pick<EvidenceSources, 'github' | 'owner' | 'repo'>,
  head: HeadBranch,
): Promise<{ number: number; head: string }[]> {
  const route = 'GET /repos/{owner}/{repo}/pulls'
  const parameters = { owner, repo, state: 'open', head: `${head.owner}:${head.branch}` }
  const { items } = await github.pages(route, parameters, pullsAnswer, (answer) => answer)
  // a filter that GitHub does not understand it leaves out, and gives them all
  const isOfHead = ({ head: { ref, repo: from } }: (typeof items)[number]) =>
    ref === head.branch && from?.owner.login.toLowerCase() === head.owner.toLowerCase()
  return items.filter(isOfHead).map(({ number, head: { sha } }) => ({ number, head: sha }))
}
