import {
  assessChange,
  classifyModel,
  grantClaims,
  keyring,
  measureChange,
  PolicyError,
  type PrivateJwk,
  signGrant,
  thumbprint,
  verifyGrant,
} from '@policy/core'
import { approvalsOf, type JudgedApproval } from '../approval/approvals-of.ts'
import { eventOf } from '../approval/approval-event.ts'
import type { BaseRules } from '../collect/base-rules.ts'
import { collectPullRequest } from '../collect/collect-pull-request.ts'
import type { EvidenceSources } from '../collect/collect-options.ts'
import { readEscalation } from '../collect/read-escalation.ts'
import type { PullRequestEvidence, ReadableEscalation } from '../evidence/pull-request-evidence.ts'
import { refusalOf } from '../verdict/refusal.ts'
import { approvedAt } from './approved-at.ts'
import { grantComment } from './grant-comment.ts'
import { requireMintable } from './require-mintable.ts'
import { type Labeling, seenHead } from './seen-head.ts'

/** What a grant is minted from. */
export interface MintOptions extends EvidenceSources {
  /** The pull request's number. */
  number: number
  /** What was shown when the label was put on: then only the label counts, else only reviews and notes. */
  labeling: Labeling | undefined
  /** The minter's private key. */
  key: PrivateJwk
}

/** A grant as minted, or as found minted before. */
export interface Minted {
  type: 'minted' | 'found'
  token: string
  jti: string
  by: string
}

/**
 * Mint a grant from what a person did on a pull request, and leave it as a comment there, where agents find it.
 *
 * Everything is read again, live; the escalation must be, byte for byte, the one that the person was shown. Minting twice gives one budget
 * of calls: the grant's id follows from the approval.
 *
 * @throws what collecting throws; `pull_request_closed`; `branch_unprotected`; the code by which `gate` would refuse; `grant_key_role` when the base's keys do not list the key as a minter's.
 */
export async function mint(options: MintOptions): Promise<Minted> {
  const { number, key, now, github, owner, repo } = options
  const collected = await collectPullRequest(options, number)
  await requireMintable(options, collected)
  const { pullRequest, rules } = collected
  const asked = requireAsked(pullRequest, rules)
  const kid = thumbprint(key)
  const record = rules.keys.find((candidate) => candidate.kid === kid)
  if (record?.role !== 'minter') {
    throw new PolicyError('grant_key_role', `the base branch does not list the key ${kid} as a minter's`)
  }
  const approval = await requireApproval(options, pullRequest, rules, asked)
  const { policy, keys } = rules
  const { request } = asked.escalation
  const claims = grantClaims(asked, {
    policy,
    ...('model' in request ? { model: classifyModel(policy, request.model).id } : {}),
    by: approval.by,
    basis: 'approval',
    uri: `https://${pullRequest.repository}/pull/${number}`,
    event: eventOf(approval.source),
    now,
    approvedAt: approvedAt(approval.source, pullRequest, now),
  })
  if (claims.exp * 1000 <= now) {
    const until = new Date(claims.exp * 1000).toISOString()
    throw new PolicyError('grant_expired', `${approval.saw} was good until ${until}`, {
      remedy: 'have it approved anew: take the label off and put it on again, or review the head again',
    })
  }
  const found = pullRequest.grants.find(
    (grant) => grant.type === 'verified' && grant.grant.jti === claims.jti,
  )
  if (found?.type === 'verified') {
    return { type: 'found', token: found.token, jti: claims.jti, by: approval.by }
  }
  const token = await signGrant(claims, key)
  const { repo: issuer, ledger } = asked.escalation
  const grant = await verifyGrant(token, { keys: keyring(keys), issuer, ledger, policy, now })
  const measured = measureChange(pullRequest.change, policy)
  const body = grantComment({
    token,
    grant,
    escalation: asked.escalation,
    measured,
    crossed: assessChange(policy, measured),
  })
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments'
  await github.send(route, { owner, repo, issue_number: number, body })
  return { type: 'minted', token, jti: grant.jti, by: grant.sub }
}

/** The escalation that waits for a grant, or why there is none. */
function requireAsked(
  { escalation, repository }: PullRequestEvidence,
  { policy }: BaseRules,
): ReadableEscalation {
  const { file } = policy.document.escalation
  if (escalation.type === 'missing')
    throw new PolicyError('escalation_missing', `there is no ${file} in the head`)
  if (escalation.type === 'refused') throw new PolicyError(escalation.code, escalation.reason)
  if (escalation.onBase) {
    throw new PolicyError('escalation_stale', `the base branch has the same ${file}: it was for earlier work`)
  }
  const { repo, base } = escalation.escalation
  if (!escalation.reachesBase)
    throw new PolicyError(
      'escalation_base',
      `${base} is not in the head, or not in the branch that it is to be merged into`,
    )
  if (repo !== repository)
    throw new PolicyError('grant_repository', `the escalation is for ${repo}; this is ${repository}`)
  return escalation
}

async function requireApproval(
  options: MintOptions,
  pullRequest: PullRequestEvidence,
  { policy }: BaseRules,
  asked: ReadableEscalation,
): Promise<JudgedApproval> {
  const refusal = refusalOf(pullRequest, policy)
  if (refusal !== undefined) throw new PolicyError('approval_declined', refusal)
  // A label asks for this label to be minted. Anybody with triage may put one on, so it does not turn a review of somebody else, who
  // meant the merge, into a grant.
  const judged = approvalsOf(pullRequest, policy, asked).filter(
    ({ source }) => options.labeling === undefined || source.type === 'label',
  )
  const altered: string[] = []
  for (const approval of judged.filter(({ judgement }) => judgement.type === 'approved')) {
    const seen = seenHead(approval.source, options.labeling, pullRequest, policy)
    if (
      seen.type === 'text' ||
      (seen.head !== undefined &&
        (await isSame(options, pullRequest, policy.document.escalation.file, seen.head, asked)))
    )
      return approval
    altered.push(`${approval.saw}, given on ${seen.head ?? 'a head that is not known'}`)
  }
  if (altered.length > 0) {
    throw new PolicyError(
      'escalation_altered',
      `the escalation is not the one that was approved by ${altered.join(' or ')}`,
      {
        remedy: 'have it approved as it is now: take the label off and put it on again',
      },
    )
  }
  for (const { judgement, saw } of judged) {
    if (judgement.type === 'refused') throw new PolicyError(judgement.code, `${saw}: ${judgement.reason}`)
  }
  throw new PolicyError('approval_missing', 'nobody has approved the escalation of this pull request')
}

async function isSame(
  { history }: MintOptions,
  { base, head, commits }: PullRequestEvidence,
  path: string,
  seen: string,
  asked: ReadableEscalation,
): Promise<boolean> {
  if (seen === head) return true
  const { escalation } = await readEscalation({ history, base, head: seen, path, commits })
  return escalation.type === 'read' && escalation.digest === asked.digest
}
