import type { Policy } from '@policy/core'
import { personOf } from '../account/account.ts'
import type { PullRequestEvidence } from '../evidence/pull-request-evidence.ts'
import { standingLabel } from './labels.ts'

/** What on GitHub approved an escalation. */
export type ApprovalSource =
  | { type: 'label'; id: number }
  | { type: 'review'; id: number }
  | { type: 'note'; commit: string }

/** The `event` of a grant that was minted from something on GitHub, such as `github:label:17`. */
export function eventOf(source: ApprovalSource): string {
  return `github:${source.type}:${source.type === 'note' ? source.commit : source.id}`
}

/** What an `event` was made from; `undefined` for those of others. */
export function sourceOf(event: string): ApprovalSource | undefined {
  const [, type, id = ''] = /^github:(label|review|note):(\w+)$/.exec(event) ?? []
  if (type === 'note') return { type, commit: id }
  return type === 'label' || type === 'review' ? { type, id: Number(id) } : undefined
}

/** Whether what approved is still as it was: the label on, the review not dismissed or overtaken, the note in place. Pure. */
export function stillStands(
  source: ApprovalSource | undefined,
  person: string,
  pullRequest: PullRequestEvidence,
  policy: Policy,
): boolean {
  switch (source?.type) {
    case 'label':
      return standingLabel(pullRequest, policy.document.escalation.approvers.label)?.id === source.id
    case 'review': {
      const newest = pullRequest.reviews.findLast(
        ({ by, state }) => by && personOf(by) === person && state !== 'COMMENTED' && state !== 'PENDING',
      )
      const approved = pullRequest.reviews.find(({ id }) => id === source.id)
      return approved?.state === 'APPROVED' && newest?.state === 'APPROVED'
    }
    case 'note': {
      const { escalation } = pullRequest
      const note = escalation.type === 'read' ? escalation.note : undefined
      return note?.decision === 'approved' && note.commit?.id === source.commit
    }
    case undefined:
      return false
  }
}
