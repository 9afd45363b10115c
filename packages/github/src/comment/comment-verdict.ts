import { commentsAnswer } from '../collect/answers.ts'
import type { EvidenceSources } from '../collect/collect-options.ts'
import type { Verdict } from '../verdict/verdict.ts'
import { verdictComment, verdictMarker } from './verdict-comment.ts'

/** What is told, and where. */
export interface CommentVerdictOptions extends Pick<EvidenceSources, 'github' | 'owner' | 'repo'> {
  /** The pull request's number. */
  number: number
  verdict: Verdict
  /** What was judged, such as `pull request 12`. */
  about: string
}

/** What became of the comment; `none` where there is nothing to tell and there never was. */
export type Commented = 'written' | 'updated' | 'unchanged' | 'none'

/** Who a job's own token writes as, on github.com and on a server of one's own. */
const author = 'github-actions[bot]'

/**
 * Tell a verdict in the one comment that a pull request has for it: written once, then updated, and left alone while it says the same.
 *
 * The comment is found by its marker and its author: a marker that somebody else pasted is not ours. Where nothing was to be judged,
 * none is begun.
 *
 * @throws `github_failed`, `github_incomplete`
 */
export async function commentVerdict(options: CommentVerdictOptions): Promise<Commented> {
  const { github, owner, repo, number, verdict, about } = options
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments'
  const parameters = { owner, repo, issue_number: number }
  const { items } = await github.pages(route, parameters, commentsAnswer, (answer) => answer)
  const own = items.find(
    ({ user, body }) => user?.login === author && user.bot && body?.startsWith(verdictMarker),
  )
  if (own === undefined && verdict.type === 'neutral') return 'none'
  const body = verdictComment(verdict, about)
  if (own === undefined) {
    await github.send('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...parameters, body })
    return 'written'
  }
  // GitHub may give line ends and the end of the text back in another form
  if (unified(own.body ?? '') === unified(body)) return 'unchanged'
  const edit = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}'
  await github.send(edit, { owner, repo, comment_id: own.id, body })
  return 'updated'
}

const unified = (text: string) => text.replaceAll('\r\n', '\n').trim()
