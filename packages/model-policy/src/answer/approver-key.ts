import { judgeApproval, type ParsedEscalation, PolicyError, type PublicKeyRecord } from '@policy/core'
import { listPrivateKeys } from '@policy/local'
import type { Workspace } from '../workspace/open-workspace.ts'
import { personalKeys } from '../workspace/personal-keys.ts'

/**
 * The approver's key of this user with which an escalation may be answered.
 *
 * @throws `key_missing` when this user holds none, `usage` when several fit, and what `judgeApproval` refuses with.
 */
export async function approverKey(
  workspace: Workspace,
  asked: ParsedEscalation,
  decision: 'approved' | 'declined',
  person: string | undefined,
): Promise<PublicKeyRecord> {
  const { policy, keyRecords } = workspace
  const held = new Set(await listPrivateKeys(personalKeys(workspace)))
  const fitting = keyRecords.filter(
    ({ kid, role, subject, revokedAt }) =>
      role === 'approver' &&
      held.has(kid) &&
      revokedAt === undefined &&
      (person === undefined || subject === person),
  )
  const [key, ...others] = fitting
  if (key === undefined) {
    throw new PolicyError(
      'key_missing',
      `you hold no approver's key${person === undefined ? '' : ` of ${person}`} for this repository`,
      {
        remedy:
          'make one with `model-policy keys generate --role approver`, and have a signer sign the keys file',
      },
    )
  }
  if (others.some(({ subject }) => subject !== key.subject)) {
    throw new PolicyError('usage', `you hold keys of ${fitting.map(({ subject }) => subject).join(', ')}`, {
      remedy: 'say who answers: --person',
    })
  }
  const judgement = judgeApproval(policy, asked, {
    decision,
    basis: 'approval',
    by: key.subject,
    escalation: asked.digest,
    requesters: [],
    evidence: { type: 'key', key },
  })
  if (judgement.type !== 'refused') return key
  throw new PolicyError(judgement.code, `your answer would not count: ${judgement.reason}`)
}
