import { judgeApproval, type Policy, type PolicyErrorCode, thumbprint } from '@policy/core'
import { personOf } from '../account/account.ts'
import { contributorsOf } from '../evidence/contributors.ts'
import type {
  GrantEvidence,
  PullRequestEvidence,
  ReadableEscalation,
} from '../evidence/pull-request-evidence.ts'
import { approvalsOf } from '../approval/approvals-of.ts'
import { sourceOf, stillStands } from '../approval/approval-event.ts'
import type { RunJudgement, StandingGrant } from './run-judgement.ts'
import { lookAlikeOf } from '../approval/labels.ts'
import { noteCommitOf } from '../approval/note.ts'
import { mayWrite } from '../approval/reviews.ts'
import type { VerdictFinding } from './verdict.ts'

type Refusal = { code: PolicyErrorCode; saw: string; reason: string; withdrawn?: StandingGrant }

/**
 * Judge the grants found with a pull request: one that answers this escalation and whose approval still stands is enough. Pure.
 *
 * Calls that ran under an approval which was taken back and given again count as approved: it was the same text.
 */
export function judgeGrants(
  pullRequest: PullRequestEvidence,
  policy: Policy,
  file: ReadableEscalation,
): RunJudgement {
  const judged = pullRequest.grants.map((grant) => judgeGrant(grant, pullRequest, policy, file))
  const grants = judged.filter((result): result is StandingGrant => 'jti' in result)
  const [standing] = grants
  if (standing) {
    const saw = `grant ${standing.jti}`
    return {
      findings: [
        { question: 'may-run', effect: 'pass', saw, reason: `${standing.sub} approved this escalation` },
      ],
      grants: [
        ...grants,
        ...judged.flatMap((result) => ('withdrawn' in result ? (result.withdrawn ?? []) : [])),
      ],
    }
  }
  const [refused] = judged.filter((result): result is Refusal => 'code' in result)
  return { findings: [finding(refused ?? awaited(pullRequest, policy, file))], grants: [] }
}

const finding = ({ code, saw, reason }: Refusal): VerdictFinding => ({
  question: 'may-run',
  effect: 'fail',
  code,
  saw,
  reason,
  remedy:
    code === 'grant_missing'
      ? 'let the minter run: model-policy mint'
      : 'have a person whom the policy lists, and who did not work on this, approve the escalation',
})

function judgeGrant(
  found: GrantEvidence,
  pullRequest: PullRequestEvidence,
  policy: Policy,
  file: ReadableEscalation,
): StandingGrant | Refusal {
  if (found.type === 'refused')
    return { code: found.code, saw: 'a grant found with the pull request', reason: found.reason }
  const { grant, key } = found
  const { escalation } = file
  const refuse = (code: PolicyErrorCode, reason: string): Refusal => ({
    code,
    saw: `grant ${grant.jti}`,
    reason,
  })
  const judgement = judgeApproval(policy, file, {
    decision: 'approved',
    basis: grant.approval.basis,
    by: grant.sub,
    escalation: grant.approval.escalation,
    requesters: [...contributorsOf(pullRequest, noteCommitOf(pullRequest, policy))],
    evidence: { type: 'key', key },
  })
  if (judgement.type === 'refused') return refuse(judgement.code, judgement.reason)
  if (grant.act.sub !== escalation.agent)
    return refuse('grant_agent', `it is for ${grant.act.sub}; ${escalation.agent} asked`)
  if (grant.cnf.jkt !== thumbprint(escalation.agentKey))
    return refuse('grant_agent_key', 'it is bound to another key')
  if (key.role !== 'minter') return grant
  // What a minter saw can be taken back afterwards; what an approver signed is revoked in the ledger.
  if (!mayWrite(pullRequest.standings[grant.sub])) {
    return refuse('approval_role', `${grant.sub} may not write to the repository now`)
  }
  if (!stillStands(sourceOf(grant.approval.event), grant.sub, pullRequest, policy)) {
    const reason = `${grant.approval.event} by ${grant.sub} does not stand any more`
    return { ...refuse('approval_withdrawn', reason), withdrawn: grant }
  }
  return grant
}

/** What is still missing where no grant was found: the best that people did so far, or nothing. */
function awaited(pullRequest: PullRequestEvidence, policy: Policy, file: ReadableEscalation): Refusal {
  const { label } = policy.document.escalation.approvers
  const judged = approvalsOf(pullRequest, policy, file)
  const approved = judged.find(({ judgement }) => judgement.type === 'approved')
  if (approved) {
    return {
      code: 'grant_missing',
      saw: approved.saw,
      reason: 'a person approved, and no grant was minted from that yet',
    }
  }
  for (const { judgement, saw } of judged) {
    if (judgement.type === 'refused') return { code: judgement.code, saw, reason: judgement.reason }
  }
  const alike = lookAlikeOf(pullRequest.labels, label)
  const author = pullRequest.author ? personOf(pullRequest.author) : 'an account that is gone'
  return {
    code: 'approval_missing',
    saw: alike === undefined ? `a pull request by ${author}` : `the label ${JSON.stringify(alike)}`,
    reason: alike === undefined ? 'nobody has approved the escalation yet' : `that is not the label ${label}`,
  }
}
