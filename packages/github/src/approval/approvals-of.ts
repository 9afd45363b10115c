import { judgeApproval, type JudgedEscalation, type Judgement, type Policy } from '@policy/core'
import { type Account, personOf } from '../account/account.ts'
import { contributorsOf } from '../evidence/contributors.ts'
import type { PullRequestEvidence } from '../evidence/pull-request-evidence.ts'
import { standingLabel } from './labels.ts'
import { noteCommitOf, writerOfNote } from './note.ts'
import { mayWrite } from './reviews.ts'
import type { ApprovalSource } from './approval-event.ts'

/** Something on GitHub that may approve an escalation, and what it is worth. */
export interface JudgedApproval {
  source: ApprovalSource
  by: string
  judgement: Judgement
  saw: string
}

/**
 * Everything on a pull request that asks for a grant of its escalation, each judged: the label, reviews, the note.
 *
 * A label or a review names no text, so it stands for the escalation of the head it was given on; that this is the text judged is for
 * the caller to know. Pure.
 */
export function approvalsOf(
  pullRequest: PullRequestEvidence,
  policy: Policy,
  judged: JudgedEscalation,
): JudgedApproval[] {
  const requesters = [...contributorsOf(pullRequest, noteCommitOf(pullRequest, policy))]
  const judgementOf = (by: Account, human: boolean, escalation = judged.digest): Judgement => {
    const person = personOf(by)
    const judgement = judgeApproval(policy, judged, {
      decision: 'approved',
      basis: 'approval',
      by: person,
      escalation,
      requesters,
      evidence: { type: 'forge', human },
    })
    const standing = pullRequest.standings[person]
    const role = standing?.role ?? 'no role that is known'
    if (judgement.type !== 'approved' || mayWrite(standing)) return judgement
    return {
      type: 'refused',
      code: 'approval_role',
      reason: `${person} may not write to the repository: ${role}`,
    }
  }
  return [
    ...ofLabel(pullRequest, policy, judgementOf),
    ...ofReviews(pullRequest, policy, judgementOf),
    ...ofNote(pullRequest, judgementOf),
  ]
}

type JudgementOf = (by: Account, human: boolean, escalation?: JudgedEscalation['digest']) => Judgement

function ofLabel(
  pullRequest: PullRequestEvidence,
  policy: Policy,
  judgementOf: JudgementOf,
): JudgedApproval[] {
  const event = standingLabel(pullRequest, policy.document.escalation.approvers.label)
  if (event === undefined) return []
  const source = { type: 'label', id: event.id } as const
  if (event.actor === undefined) {
    const judgement = { type: 'refused', code: 'approval_not_person', reason: 'the account is gone' } as const
    return [{ source, by: 'github:0', judgement, saw: `the label ${event.label}` }]
  }
  const judgement = judgementOf(event.actor, !event.actor.bot && event.viaApp === undefined)
  const via = event.viaApp === undefined ? '' : ` through the app ${event.viaApp}`
  return [
    {
      source,
      by: personOf(event.actor),
      judgement,
      saw: `the label ${event.label}, by ${event.actor.login}${via}`,
    },
  ]
}

/** Reviews by listed people; those of others are about the code, and ask for no grant. */
function ofReviews(
  { reviews }: PullRequestEvidence,
  policy: Policy,
  judgementOf: JudgementOf,
): JudgedApproval[] {
  const { people } = policy.document.escalation.approvers
  const newest = new Map(
    reviews.flatMap((review) => {
      const { by, state } = review
      return by && state !== 'COMMENTED' && state !== 'PENDING' ? [[by.id, { ...review, by }] as const] : []
    }),
  )
  return [...newest.values()]
    .filter(({ state, by }) => state === 'APPROVED' && people.includes(personOf(by)))
    .map(({ id, by }) => ({
      source: { type: 'review', id },
      by: personOf(by),
      judgement: judgementOf(by, !by.bot),
      saw: `a review by ${by.login}`,
    }))
}

function ofNote(pullRequest: PullRequestEvidence, judgementOf: JudgementOf): JudgedApproval[] {
  const { escalation } = pullRequest
  const note = escalation.type === 'read' ? escalation.note : undefined
  if (note?.decision !== 'approved') return []
  const { commit } = note
  const source = { type: 'note', commit: commit?.id ?? '' } as const
  const writer = writerOfNote(note, pullRequest)
  if (writer.type === 'refused') {
    return [
      {
        source,
        by: commit?.author ? personOf(commit.author) : 'github:0',
        judgement: { type: 'refused', code: 'approval_unverified', reason: writer.reason },
        saw: 'a note in the escalation',
      },
    ]
  }
  const { account } = writer
  return [
    {
      source,
      by: personOf(account),
      judgement: judgementOf(account, !account.bot, note.escalation),
      saw: `a note by ${account.login}`,
    },
  ]
}
