import type { Policy } from '@policy/core'
import type { ApprovalSource } from '../approval/approval-event.ts'
import { standingLabel } from '../approval/labels.ts'
import type { LabelEvent, PullRequestEvidence } from '../evidence/pull-request-evidence.ts'

/** What was shown when the label was put on: a label names no commit of its own. */
export interface Labeling {
  head: string
  /** The run's event that says so, by an account's id and milliseconds since 1970; none where whoever mints says it. */
  event?: { by: number; at: number }
}

/**
 * Milliseconds between when a label's event happened and when the payload of its run says that the pull request last changed. A run may
 * wait for days, and be started again, while labels and heads come and go.
 */
const sameMoment = 10_000

/** What an approver saw: a note names the text itself, a review its commit, a label the head that its event shows. */
export function seenHead(
  source: ApprovalSource,
  labeling: Labeling | undefined,
  pullRequest: PullRequestEvidence,
  policy: Policy,
): { type: 'text' } | { type: 'head'; head: string | undefined } {
  if (source.type === 'note') return { type: 'text' }
  if (source.type === 'label') {
    const standing = standingLabel(pullRequest, policy.document.escalation.approvers.label)
    return { type: 'head', head: isOf(labeling, standing) ? labeling?.head : undefined }
  }
  return { type: 'head', head: pullRequest.reviews.find(({ id }) => id === source.id)?.commit }
}

/** Whether what a run was started by is the event by which the label stands now. */
function isOf(labeling: Labeling | undefined, standing: LabelEvent | undefined): boolean {
  if (labeling?.event === undefined) return true
  const { by, at } = labeling.event
  return standing?.actor?.id === by && Math.abs(standing.at - at) <= sameMoment
}
