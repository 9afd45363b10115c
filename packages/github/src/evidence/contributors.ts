import { personOf, webFlow } from '../account/account.ts'
import { coAuthorIds, coAuthorLogins } from '../marks/detect-marks.ts'
import type { CommitEvidence, PullRequestEvidence } from './pull-request-evidence.ts'

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
  const { author, forkOwner, commits, pushes, reviews, labelEvents } = pullRequest
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
  const logins = new Set(counted.flatMap(({ message }) => coAuthorLogins(message)))
  // Whose approval may count is among these; for them a login is enough, for it can only make the gate stricter.
  const named = [...reviews.map(({ by }) => by), ...labelEvents.map(({ actor }) => actor)].flatMap(
    (account) => (account && logins.has(account.login.toLowerCase()) ? account.id : []),
  )
  return new Set(
    [...ids, ...coAuthors, ...named].filter((id) => id !== webFlow).map((id) => personOf({ id })),
  )
}
