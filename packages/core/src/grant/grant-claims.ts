import type { Escalation } from '../escalation/escalation.ts'
import { PolicyError } from '../errors/policy-error.ts'
import type { Digest } from '../hash/digest.ts'
import { classifyModel } from '../models/classify-model.ts'
import { durationSeconds } from '../policy/duration.ts'
import type { Policy } from '../policy/policy.ts'
import { grantId } from './grant-id.ts'
import type { GrantApproval, GrantClaims, GrantDetail } from './grant.ts'
import { thumbprint } from './thumbprint.ts'
import { grantAudience } from './verify-grant.ts'

/** What approved an escalation. */
export interface GrantClaimsOptions {
  policy: Policy
  /** Who approved, such as `github:1234567`. */
  by: string
  basis: GrantApproval['basis']
  /** Where the approval can be looked at. */
  uri: string
  /** The event that approved: one event, one budget of calls. */
  event: string
  /** When it is minted: milliseconds since 1970-01-01T00:00:00Z. */
  now: number
  /** When it was approved, likewise: the lifetime that the policy gives counts from there. @default now */
  approvedAt?: number
}

/**
 * The claims of the grant that an approval of this escalation mints: bound to everything the escalation says, for the model's provider id.
 *
 * @throws `policy_invalid` when the lifetime that the policy gives is no duration.
 */
export function grantClaims(
  asked: { escalation: Escalation; digest: Digest },
  options: GrantClaimsOptions,
): GrantClaims {
  const { escalation, digest } = asked
  const { policy, now, approvedAt = now } = options
  const { expiresIn, maxCalls } = policy.document.escalation.grant
  const lifetime = durationSeconds(expiresIn)
  if (lifetime === undefined) {
    throw new PolicyError(
      'policy_invalid',
      `escalation.grant.expiresIn is ${JSON.stringify(expiresIn)}, not a duration such as 8h`,
    )
  }
  const scope = {
    locations: [escalation.repo] as const,
    task: escalation.task,
    personas: [escalation.persona] as const,
    paths: escalation.paths,
    max_calls: maxCalls,
  }
  const detail = detailOf(escalation.request, policy, scope)
  const issuedAt = Math.floor(now / 1000)
  return {
    iss: escalation.repo,
    aud: grantAudience(escalation.ledger),
    sub: options.by,
    jti: grantId(escalation.repo, detail.type, { escalation: digest, event: options.event }),
    iat: issuedAt,
    nbf: issuedAt,
    exp: Math.floor(approvedAt / 1000) + lifetime,
    act: { sub: escalation.agent },
    cnf: { jkt: thumbprint(escalation.agentKey) },
    authorization_details: [detail],
    approval: {
      basis: options.basis,
      uri: options.uri,
      event: options.event,
      escalation: digest,
      policy: escalation.policy,
      base: escalation.base,
    },
  }
}

type Scope = Pick<GrantDetail, 'locations' | 'task' | 'personas' | 'paths' | 'max_calls'>

function detailOf(request: Escalation['request'], policy: Policy, scope: Scope): GrantDetail {
  if ('model' in request) {
    const { id } = classifyModel(policy, request.model)
    return { type: 'model_call', models: [id], ...(request.tools && { tools: request.tools }), ...scope }
  }
  // a command or a write is approved for one time: running it spends the grant
  const once = { ...scope, max_calls: 1 }
  if ('command' in request) {
    const { command, cwd, environment } = request
    return { type: 'command', command, ...(cwd && { cwd }), ...(environment && { environment }), ...once }
  }
  return { type: 'write', target: request.write, ...once }
}
