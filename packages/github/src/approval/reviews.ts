import type { Policy } from '@policy/core'
import { personOf, type Standing } from '../account/account.ts'
import { contributorsOf } from '../evidence/contributors.ts'
import type { PullRequestEvidence, ReviewEvidence } from '../evidence/pull-request-evidence.ts'
import { noteCommitOf } from './note.ts'

/** A review that counts: by a person who may write to the repository and, where it approves, had no hand in the change. */
export interface CountedReview {
  review: ReviewEvidence
  person: string
  standing: Standing
}

/** The newest word of each reviewer, of reviewers who count; comments say nothing. Pure. */
export function countedReviews(pullRequest: PullRequestEvidence, policy: Policy): CountedReview[] {
  const contributors = contributorsOf(pullRequest, noteCommitOf(pullRequest, policy))
  const newest = new Map<string, CountedReview>()
  for (const review of pullRequest.reviews) {
    const { by, state } = review
    if (by === undefined || by.bot || state === 'COMMENTED' || state === 'PENDING') continue
    const person = personOf(by)
    const standing = pullRequest.standings[person]
    if (mayWrite(standing)) newest.set(person, { review, person, standing })
  }
  // Anybody can be named as a contributor, so that takes no refusal away; their own approval ends it, and counts for nothing more.
  return [...newest.values()].filter(
    ({ review, person }) => review.state !== 'APPROVED' || !contributors.has(person),
  )
}

/** Whether a review was given for what the pull request asks now: the base branch decides how much that is. */
export function isOfThisBase(
  { at }: ReviewEvidence,
  { retargetedAt }: Pick<PullRequestEvidence, 'retargetedAt'>,
): boolean {
  return retargetedAt === undefined || at > retargetedAt
}

/** Reviews that approve exactly the head, as a change to this base branch. */
export function headReviews(pullRequest: PullRequestEvidence, policy: Policy): CountedReview[] {
  return countedReviews(pullRequest, policy).filter(
    ({ review }) =>
      review.state === 'APPROVED' && review.commit === pullRequest.head && isOfThisBase(review, pullRequest),
  )
}

/** Whether somebody may write to the repository; what is not known does not count. */
export function mayWrite(standing: Standing | undefined): standing is Standing {
  return standing?.permission === 'write' || standing?.permission === 'admin'
}
