import { setTimeout as sleep } from 'node:timers/promises'
import {
  approvalAttributes,
  escalationDigest,
  PolicyError,
  renderEscalation,
  type Approval,
  type Approvals,
  type AuditRecord,
  type Digest,
  type Escalation,
  type VerifiedApproval,
} from '@policy/core'
import type { EscalationDraft } from '../refusal/refusal.ts'

/** How long to wait for people. */
export interface RequestApprovalOptions {
  /** Milliseconds until the wait ends with `approval_expired`, at the next look. @default 900000 (15 min) */
  timeout?: number
  /** Milliseconds between looks, at least 1. @default 1000 */
  interval?: number
  /** Ends the wait. */
  signal?: AbortSignal
}

const defaults = { timeout: 15 * 60_000, interval: 1000 }

const required = ['id', 'task', 'agent', 'agentKey', 'persona', 'repo', 'base', 'summary', 'paths'] as const

/** What asking people needs of the guard. */
export interface RequestApprovalFacts {
  approvals: Approvals | undefined
  completeEscalation: ((draft: EscalationDraft) => Promise<Escalation>) | undefined
  /** What an answer proves; throws when it does not count. */
  verify: (asked: { escalation: Escalation; digest: Digest }, approval: Approval) => Promise<VerifiedApproval>
  record: (record: AuditRecord) => Promise<void>
}

/**
 * Put an escalation before people and wait for their answer.
 *
 * Asking again after a restart finds the same escalation by its digest. An answer counts by what its token proves, whoever wrote it down.
 * Throws `approval_declined`; `approval_expired`; `escalation_malformed` for a draft that nobody completed; what `verifyApproval` throws for an
 * answer that does not count.
 */
export async function requestApproval(
  facts: RequestApprovalFacts,
  draft: EscalationDraft,
  options: RequestApprovalOptions = {},
): Promise<Approval> {
  const { timeout, interval } = { ...defaults, ...options }
  const { approvals } = facts
  if (!approvals) {
    throw new PolicyError('approval_expired', 'This guard knows nobody to ask.', {
      remedy: 'Give `approvals` to createGuard, or ask with `model-policy escalate`.',
    })
  }
  const escalation = facts.completeEscalation ? await facts.completeEscalation(draft) : complete(draft)
  const digest = await approvals.request(escalation)
  // another digest is that of the same request from before, which was recorded then
  if (digest === escalationDigest(renderEscalation(escalation))) {
    await facts.record({
      kind: 'escalation.requested',
      subject: escalation.task,
      data: approvalAttributes({ escalation, digest }),
    })
  }
  // time that somebody sets back or forward is no waiting
  const deadline = performance.now() + timeout
  for (;;) {
    const approval = await approvals.find(digest)
    if (approval) {
      const answer = await facts.verify({ escalation, digest }, approval)
      if (answer.type === 'approved') return approval
      throw new PolicyError(
        'approval_declined',
        `${answer.by} declined ${escalation.id}: ${answer.reason}.`,
        {
          remedy: 'Do the work with the default model, or ask again with what has changed.',
        },
      )
    }
    const left = deadline - performance.now()
    if (left <= 0) break
    await sleep(
      Math.min(Math.max(interval, 1), left),
      undefined,
      options.signal ? { signal: options.signal } : {},
    )
  }
  const failure = (await approvals.fetchGrants?.())?.failure
  const why = failure === undefined ? '' : `; ${failure}`
  throw new PolicyError('approval_expired', `Nobody answered ${escalation.id} within ${timeout} ms${why}.`, {
    remedy: 'Have it answered with `model-policy approve`, then call again.',
  })
}

function complete(draft: EscalationDraft): Escalation {
  const missing = required.filter((fact) => draft[fact] === undefined)
  if (missing.length > 0 || draft.reasons.length === 0) {
    const what = [...missing, ...(draft.reasons.length === 0 ? ['reasons'] : [])].join(', ')
    throw new PolicyError('escalation_malformed', `The draft does not say: ${what}.`, {
      remedy: 'Fill them in, or give `completeEscalation` to createGuard.',
    })
  }
  return { ...draft, measured: draft.measured ?? null } as Escalation
}
