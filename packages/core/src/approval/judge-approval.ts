import type { PolicyErrorCode } from '../errors/codes.ts'
import type { Escalation } from '../escalation/escalation.ts'
import type { GrantApproval } from '../grant/grant.ts'
import type { PublicKeyRecord } from '../grant/keys.ts'
import type { Digest } from '../hash/digest.ts'
import type { Policy } from '../policy/policy.ts'

/** How it is known who answered; whoever gives this has verified it. */
export type ApprovalEvidence =
  /** A signature by this key, whose standing was checked. */
  | { type: 'key'; key: PublicKeyRecord }
  /** A verified commit or an event that the forge attributes; `human` is false for bots and for what an app did. */
  | { type: 'forge'; human: boolean }

/** An answer to an escalation, as facts, whatever its source. */
export interface ApprovalFacts {
  decision: 'approved' | 'declined'
  basis: GrantApproval['basis']
  /** Who answered, such as `github:1234567`. */
  by: string
  /** Digest of what was answered. */
  escalation: Digest
  /** Who asked for or made the work, besides the agent: none of them may answer. */
  requesters: readonly string[]
  evidence: ApprovalEvidence
}

/** What an answer is worth. */
export type Judgement =
  | { type: 'approved' }
  | { type: 'declined' }
  | { type: 'refused'; code: PolicyErrorCode; reason: string }

/** The escalation that is judged: its digest and the facts that bear on who may answer. */
export interface JudgedEscalation {
  digest: Digest
  escalation: Pick<Escalation, 'agent' | 'policy'>
}

const refused = (code: PolicyErrorCode, reason: string): Judgement => ({ type: 'refused', code, reason })

/**
 * Judge an answer to an escalation: the only place where an approval is accepted, whatever its source.
 *
 * The approver is a person whom the policy lists, by exactly that id, and never the agent, a requester or a bot; a key has the
 * role for the basis; basis `threshold` needs a measurer's key and a policy that allows it. Pure.
 */
export function judgeApproval(policy: Policy, judged: JudgedEscalation, approval: ApprovalFacts): Judgement {
  const { by, basis, evidence } = approval
  const { approvers, basis: allowed } = policy.document.escalation
  if (judged.escalation.policy !== policy.digest) {
    return refused(
      'grant_policy',
      `it was asked under policy ${judged.escalation.policy}; ${policy.digest} is in force`,
    )
  }
  if (approval.escalation !== judged.digest) {
    return refused('grant_escalation', `the answer is to ${approval.escalation}, not to ${judged.digest}`)
  }
  if (approval.decision === 'approved' && !allowed.includes(basis)) {
    return refused(
      'approval_basis',
      `the policy gives no grant on the basis "${basis}", only on ${allowed.join(', ') || 'none'}`,
    )
  }
  if (evidence.type === 'forge' && !evidence.human) {
    return refused('approval_not_person', `${by} answered as a bot or through an app`)
  }
  if (evidence.type === 'key' && !mayVouch(evidence.key, basis, by)) {
    const { kid, role, subject } = evidence.key
    return refused(
      'grant_key_role',
      `the ${role} key ${kid} of ${subject} may not answer for ${by} on the basis "${basis}"`,
    )
  }
  if (same(by, judged.escalation.agent) || approval.requesters.some((requester) => same(by, requester))) {
    return refused('approval_self', `${by} asked for this or did the work, so another person answers`)
  }
  if (basis === 'threshold') {
    if (evidence.type === 'key') return { type: approval.decision }
    return refused('grant_key_role', 'the basis "threshold" needs the signature of a measurer')
  }
  if (/^(agent|bot|app):/i.test(by)) return refused('approval_not_person', `${by} is not a person`)
  if (!approvers.people.includes(by)) {
    return refused(
      'approval_unlisted',
      `${by} is not among the policy's approvers (${approvers.people.join(', ') || 'nobody'})`,
    )
  }
  if (
    evidence.type === 'key' &&
    evidence.key.role === 'approver' &&
    !evidence.key.personas.includes(approvers.persona)
  ) {
    return refused('grant_key_role', `the key of ${by} does not act as ${approvers.persona}`)
  }
  return { type: approval.decision }
}

/** Whether the role of a key lets it sign an answer of this basis by this person. */
function mayVouch(key: PublicKeyRecord, basis: GrantApproval['basis'], by: string): boolean {
  if (basis === 'threshold') return key.role === 'measurer' && key.subject === by
  return key.role === 'minter' || (key.role === 'approver' && key.subject === by)
}

/** Whether two ids may be one and the same: looser than equality, because it only ever refuses. */
const same = (one: string, other: string) =>
  one.normalize('NFKC').toLowerCase().trim() === other.normalize('NFKC').toLowerCase().trim()
