import { personOf, type Standing } from '../account/account.ts'
import { contributorsOf } from '../evidence/contributors.ts'
import type { PullRequestEvidence, ReviewEvidence } from '../evidence/pull-request-evidence.ts'

/** A review that counts: by a person who may write to the repository and had no hand in the change. */
export interface CountedReview {
  review: ReviewEvidence
  person: string
  standing: Standing
}

/** The newest word of each reviewer, of reviewers who count; comments say nothing. Pure. */
export function countedReviews(pullRequest: PullRequestEvidence): CountedReview[] {
  const contributors = contributorsOf(pullRequest, noteCommitOf(pullRequest))
  const newest = new Map<string, CountedReview>()
  for (const review of pullRequest.reviews) {
    const { by, state } = review
    if (by === undefined || by.bot || state === 'COMMENTED' || state === 'PENDING') continue
    const person = personOf(by)
    const standing = pullRequest.standings[person]
    if (contributors.has(person) || !mayWrite(standing)) continue
    newest.set(person, { review, person, standing })
  }
  return [...newest.values()]
}

/** Reviews that approve exactly the head. */
export function headReviews(pullRequest: PullRequestEvidence): CountedReview[] {
  return countedReviews(pullRequest).filter(
    ({ review }) => review.state === 'APPROVED' && review.commit === pullRequest.head,
  )
}

/** Whether somebody may write to the repository; what is not known does not count. */
export function mayWrite(standing: Standing | undefined): standing is Standing {
  return standing?.permission === 'write' || standing?.permission === 'admin'
}

/** The commit that carries an approver's note and touches nothing else, if there is one. */
export function noteCommitOf({ escalation, commits }: PullRequestEvidence): string | undefined {
  const id = escalation.type === 'read' ? escalation.note?.commit?.id : undefined
  return commits.find((commit) => commit.id === id && commit.paths.length === 1)?.id
}
