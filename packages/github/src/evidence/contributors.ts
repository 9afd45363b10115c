import { personOf } from '../account/account.ts'
import { coAuthorIds } from '../marks/detect-marks.ts'
import type { CommitEvidence, PullRequestEvidence } from './pull-request-evidence.ts'

/** GitHub's own committer of merges and web edits. */
const webFlow = 19864447

/**
 * Everybody who had a hand in a pull request, as `github:<id>`: its author, authors, committers and co-authors of its commits, who
 * pushed, and whose fork it comes from. None of them may approve it.
 *
 * `besides` leaves out what one commit contributes, and the push that brought nothing but it: the one that carries an approver's note.
 */
export function contributorsOf(
  pullRequest: PullRequestEvidence,
  besides?: CommitEvidence,
): ReadonlySet<string> {
  const { author, forkOwner, commits, pushes } = pullRequest
  const counted = commits.filter(({ id }) => id !== besides?.id)
  const ids = [
    author,
    forkOwner,
    ...counted.flatMap((commit) => [commit.author, commit.committer]),
    ...pushes
      .filter(({ before, after }) => after !== besides?.id || before !== besides.parents[0])
      .map(({ by }) => by),
  ].flatMap((account) => account?.id ?? [])
  const coAuthors = counted.flatMap(({ message }) => coAuthorIds(message))
  return new Set([...ids, ...coAuthors].filter((id) => id !== webFlow).map((id) => personOf({ id })))
}
