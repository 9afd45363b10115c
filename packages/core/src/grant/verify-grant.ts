import { countOf } from '../text/count-of.ts'
import { deepFreeze } from '../deep-freeze.ts'
import { judgeApproval } from '../approval/judge-approval.ts'
import { PolicyError } from '../errors/policy-error.ts'
import { durationSeconds } from '../policy/duration.ts'
import type { Policy } from '../policy/policy.ts'
import { clockSkewSeconds } from './clock-skew.ts'
import { grantId } from './grant-id.ts'
import type { GrantClaims, VerifiedGrant } from './grant.ts'
import { parseClaims } from './read-grant.ts'
import { requireKeyStanding } from './key-standing.ts'
import type { KeySource, PublicKeyRecord } from './keys.ts'
import { grantType, readToken, requireSigner } from './token.ts'

/** What a grant is verified against. */
export interface VerifyGrantOptions {
  /** The public keys that count. */
  keys: KeySource
  /** The repository, such as `github.com/acme/app`: the only issuer that counts. */
  issuer: string
  /** Id of the ledger in which grants are spent here. */
  ledger: string
  /** The policy in force: who may approve, on which basis, for how long and how many calls. */
  policy: Policy
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now: number
}

/**
 * Verify a grant: its form, key, signature, issuer, audience, times, limits, and that its approval counts.
 *
 * What it then permits is the question of `covers`; whether calls are left and nobody revoked it, the ledger's.
 * Throws a `PolicyError`: `grant_malformed`, `grant_key_unknown`, `grant_forged`, `grant_key_revoked`, `grant_key_invalid`, `grant_issuer`,
 * `grant_audience`, `grant_expired`, `grant_not_yet_valid`, `grant_lifetime`, `grant_calls`, or what `judgeApproval` refuses with.
 */
export async function verifyGrant(token: string, options: VerifyGrantOptions): Promise<VerifiedGrant> {
  return (await verifyWithKey(token, options)).grant
}

/**
 * {@link verifyGrant} that also gives the record of the key that signed.
 *
 * @throws what {@link verifyGrant} throws.
 */
export async function verifyWithKey(
  token: string,
  options: VerifyGrantOptions,
): Promise<{ grant: VerifiedGrant; key: PublicKeyRecord }> {
  const { kid, payload } = readToken(token, grantType)
  const key = await requireSigner(token, kid, options.keys)
  const claims = await parseClaims(payload)
  requireKeyStanding(key, claims.iat, options.now)
  requireClaims(claims, key, options)
  return { grant: deepFreeze({ ...claims, kid }) as VerifiedGrant, key }
}

function requireClaims(claims: GrantClaims, key: PublicKeyRecord, options: VerifyGrantOptions): void {
  const { policy, issuer, ledger } = options
  const [detail] = claims.authorization_details
  if (claims.iss !== issuer) {
    throw new PolicyError('grant_issuer', `the grant was issued for ${claims.iss}; this is ${issuer}`)
  }
  if (claims.aud !== grantAudience(ledger)) {
    throw new PolicyError(
      'grant_audience',
      `the grant is for ${claims.aud}; this is ${grantAudience(ledger)}`,
    )
  }
  if (claims.jti !== grantId(claims.iss, detail.type, claims.approval)) {
    throw new PolicyError('grant_malformed', 'the id of the grant does not follow from its approval')
  }
  requireTimes(claims, options)
  const { maxCalls } = policy.document.escalation.grant
  if (detail.max_calls > maxCalls) {
    throw new PolicyError(
      'grant_calls',
      `the grant permits ${countOf(detail.max_calls, 'call')}; the policy allows ${maxCalls}`,
    )
  }
  const judgement = judgeApproval(
    policy,
    {
      digest: claims.approval.escalation,
      escalation: { agent: claims.act.sub, policy: claims.approval.policy },
    },
    {
      decision: 'approved',
      basis: claims.approval.basis,
      by: claims.sub,
      escalation: claims.approval.escalation,
      requesters: [],
      evidence: { type: 'key', key },
    },
  )
  if (judgement.type === 'refused') {
    throw new PolicyError(judgement.code, `the grant does not count: ${judgement.reason}`)
  }
}

/** Throw unless the grant's times are within the policy's limits and hold now: `grant_lifetime`, `grant_expired`, `grant_not_yet_valid`. */
export function requireTimes(
  claims: GrantClaims,
  { policy, now }: Pick<VerifyGrantOptions, 'policy' | 'now'>,
): void {
  const { expiresIn } = policy.document.escalation.grant
  const longest = durationSeconds(expiresIn) ?? 0
  const begins = Math.min(claims.iat, claims.nbf)
  if (claims.exp - begins > longest) {
    throw new PolicyError(
      'grant_lifetime',
      `the grant lives from ${at(begins)} to ${at(claims.exp)}; the policy allows ${expiresIn}`,
    )
  }
  if (now >= claims.exp * 1000) {
    throw new PolicyError('grant_expired', `the grant expired at ${at(claims.exp)}`, {
      remedy: 'ask for the approval again: model-policy escalate',
    })
  }
  const earliest = Math.max(claims.iat, claims.nbf)
  if (now < (earliest - clockSkewSeconds) * 1000) {
    throw new PolicyError('grant_not_yet_valid', `the grant begins at ${at(earliest)}`)
  }
}

const at = (seconds: number) => new Date(seconds * 1000).toISOString()

/** The `aud` of grants that are spent in one ledger. */
export function grantAudience(ledger: string): string {
  return `model-policy:${ledger}`
}
