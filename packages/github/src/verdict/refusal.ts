import type { Policy } from '@policy/core'
import type { PullRequestEvidence } from '../evidence/pull-request-evidence.ts'
import { personOf } from '../account/account.ts'
import { sameLabel } from '../approval/labels.ts'
import { countedReviews } from '../approval/reviews.ts'

/** A person's no to the escalation of a pull request, in words; `undefined` when there is none. Pure. */
export function refusalOf(pullRequest: PullRequestEvidence, policy: Policy): string | undefined {
  const { refusalLabel, people } = policy.document.escalation.approvers
  // Whoever put it there: a refusal only ever holds up, and what is held up is looked at.
  if (pullRequest.labels.some((label) => sameLabel(label, refusalLabel))) return `the label ${refusalLabel}`
  if (pullRequest.decline) return `${pullRequest.decline.by} declined: ${pullRequest.decline.reason}`
  const { escalation } = pullRequest
  const note = escalation.type === 'read' ? escalation.note : undefined
  if (note?.decision === 'declined' && note.commit?.verification.verified && note.commit.author) {
    const person = personOf(note.commit.author)
    if (people.includes(person)) return `${person} declined in a note`
  }
  const review = countedReviews(pullRequest, policy).find(
    ({ review: { state }, person }) => state === 'CHANGES_REQUESTED' && people.includes(person),
  )
  return review && `${review.person} asks for changes`
}
