import { PolicyError } from '../errors/policy-error.ts'
import type { Escalation } from '../escalation/escalation.ts'
import type { VerifiedGrant } from '../grant/grant.ts'
import { thumbprint } from '../grant/thumbprint.ts'
import { verifyGrant, type VerifyGrantOptions } from '../grant/verify-grant.ts'
import type { Digest } from '../hash/digest.ts'
import type { Approval } from './approval.ts'
import { verifyDecline } from './decline.ts'
import { judgeApproval } from './judge-approval.ts'

/** An answer that counts. */
export type VerifiedApproval =
  | { type: 'approved'; by: string; grant: VerifiedGrant }
  | { type: 'declined'; by: string; reason: string }

/**
 * Verify the answer to an escalation, as a block or a store gives it: only what its token proves counts.
 *
 * Throws what `verifyGrant` throws; `grant_escalation` when the answer is to another escalation, `grant_agent` or `grant_agent_key` when its
 * grant is for another agent than asked, `escalation_altered` when the block says something else than its token.
 */
export async function verifyApproval(
  asked: { escalation: Escalation; digest: Digest },
  approval: Approval,
  options: VerifyGrantOptions,
): Promise<VerifiedApproval> {
  const verified =
    approval.decision === 'approved'
      ? await approved(asked, approval, options)
      : await declined(asked, approval, options)
  if (verified.by === approval.by) return verified
  throw new PolicyError(
    'escalation_altered',
    `the approval says that ${approval.by} answered; its token says ${verified.by}`,
  )
}

async function approved(
  { escalation, digest }: { escalation: Escalation; digest: Digest },
  { token }: Approval,
  options: VerifyGrantOptions,
): Promise<VerifiedApproval> {
  const grant = await verifyGrant(token, options)
  requireAnswer(grant.approval.escalation, digest)
  if (grant.act.sub !== escalation.agent) {
    throw new PolicyError('grant_agent', `the grant is for ${grant.act.sub}; ${escalation.agent} asked`)
  }
  if (grant.cnf.jkt !== thumbprint(escalation.agentKey)) {
    throw new PolicyError('grant_agent_key', 'the grant is bound to another key than the agent asked with')
  }
  return { type: 'approved', by: grant.sub, grant }
}

async function declined(
  asked: { escalation: Escalation; digest: Digest },
  { token, reason }: Approval,
  options: VerifyGrantOptions,
): Promise<VerifiedApproval> {
  const { claims, key } = await verifyDecline(token, options)
  const judgement = judgeApproval(options.policy, asked, {
    decision: 'declined',
    basis: 'approval',
    by: claims.sub,
    escalation: claims.escalation,
    requesters: [],
    evidence: { type: 'key', key },
  })
  if (judgement.type === 'refused') {
    throw new PolicyError(judgement.code, `the decline does not count: ${judgement.reason}`)
  }
  if (claims.reason !== reason) {
    throw new PolicyError('escalation_altered', 'the approval gives another reason than its token')
  }
  return { type: 'declined', by: claims.sub, reason: claims.reason }
}

function requireAnswer(answered: Digest, digest: Digest): void {
  if (answered === digest) return
  throw new PolicyError('grant_escalation', `the grant answers ${answered}; this escalation is ${digest}`)
}
