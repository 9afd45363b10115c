import { personOf } from '../account/account.ts'
import { coAuthorIds } from '../marks/detect-marks.ts'
import type { PullRequestEvidence } from './pull-request-evidence.ts'

/** GitHub's own committer of merges and web edits. */
const webFlow = 19864447

/**
 * Everybody who had a hand in a pull request, as `github:<id>`: its author, authors, committers and co-authors of its commits, who
 * pushed. None of them may approve it.
 *
 * `besides` leaves out what one commit contributes: the one that carries an approver's note.
 */
export function contributorsOf(pullRequest: PullRequestEvidence, besides?: string): ReadonlySet<string> {
  const { author, commits, pushes } = pullRequest
  const counted = commits.filter(({ id }) => id !== besides)
  const ids = [
    author,
    ...counted.flatMap((commit) => [commit.author, commit.committer]),
    ...pushes.filter(({ after }) => after !== besides).map(({ by }) => by),
  ].flatMap((account) => account?.id ?? [])
  const coAuthors = counted.flatMap(({ message }) => coAuthorIds(message))
  return new Set([...ids, ...coAuthors].filter((id) => id !== webFlow).map((id) => personOf({ id })))
}
