import {
  type Approval,
  appendApproval,
  approvalAttributes,
  type Clock,
  parseEscalation,
  PolicyError,
  verifyApproval,
} from '@policy/core'
import { writeText } from '@policy/local'
import { recordOne } from '../workspace/record-one.ts'
import type { Workspace } from '../workspace/open-workspace.ts'
import { type PendingEscalation, requireUnchanged } from './read-pending.ts'

/**
 * Put a signed answer at the end of `escalation.md`, once it is shown to count, to be readable there, and is recorded.
 *
 * @throws what `verifyApproval` throws; `escalation_malformed`, `escalation_altered`, `audit_failed`, `file_unreadable`. Nothing is written then.
 */
export async function giveAnswer(
  workspace: Workspace,
  pending: PendingEscalation,
  approval: Approval,
  clock: Clock,
): Promise<void> {
  const { policy, keys, repositoryId } = workspace
  const { escalation } = pending
  const verified = await verifyApproval(pending, approval, {
    keys,
    issuer: repositoryId,
    ledger: escalation.ledger,
    policy,
    now: clock(),
  })
  const text = appendApproval(pending.text, approval)
  await requireReadable(text, pending.file)
  await requireUnchanged(pending)
  await recordOne(workspace, clock, {
    kind: verified.type === 'approved' ? 'approval.granted' : 'approval.declined',
    subject: escalation.task,
    data: {
      ...approvalAttributes(pending),
      'model_policy.approval.by': verified.by,
      ...(verified.type === 'approved'
        ? {
            'model_policy.approval.basis': verified.grant.approval.basis,
            'model_policy.approval.uri': verified.grant.approval.uri,
            'model_policy.grant.jti': verified.grant.jti,
          }
        : { 'model_policy.reason': verified.reason }),
    },
  })
  await writeText(pending.file, text, 0o644)
}

/** An answer that nobody can read is none, and it would end the wait of the agent with a fault of the file. */
async function requireReadable(text: string, file: string): Promise<void> {
  try {
    await parseEscalation(text)
  } catch (cause) {
    if (!PolicyError.is(cause)) throw cause
    throw new PolicyError(cause.code, `with this answer nobody could read ${file}: ${cause.message}`, {
      cause,
      place: { ...cause.place, file },
      remedy: 'have it asked anew with shorter texts and fewer paths: model-policy escalate',
    })
  }
}
