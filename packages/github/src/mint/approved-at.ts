import { PolicyError } from '@policy/core'
import type { ApprovalSource } from '../approval/approval-event.ts'
import type { PullRequestEvidence } from '../evidence/pull-request-evidence.ts'

/** What two clocks may be apart, in milliseconds. */
const skew = 60_000

/**
 * When a person approved, in milliseconds since 1970, never after `now`: a grant's time counts from there, however often and however late
 * it is minted. A note's is when its verified commit was made.
 *
 * @throws `approval_unverified` when that is not known, or lies ahead.
 */
export function approvedAt(
  source: ApprovalSource,
  { labelEvents, reviews, commits }: PullRequestEvidence,
  now: number,
): number {
  const found = {
    label: () => labelEvents.find(({ id }) => source.type === 'label' && id === source.id)?.at,
    review: () => reviews.find(({ id }) => source.type === 'review' && id === source.id)?.at,
    note: () => commits.find(({ id }) => source.type === 'note' && id === source.commit)?.at,
  }[source.type]()
  if (found !== undefined && found <= now + skew) return Math.min(found, now)
  throw new PolicyError(
    'approval_unverified',
    `it is not known when the ${source.type} was given, or that lies ahead`,
  )
}
