import { PolicyError } from '../errors/policy-error.ts'
import type { Digest } from '../hash/digest.ts'
import type { PrivateJwk } from '../grant/generate-key-pair.ts'
import { declineType, readToken, requireSigner, signToken } from '../grant/token.ts'
import { requireKeyStanding } from '../grant/key-standing.ts'
import type { KeySource, PublicKeyRecord } from '../grant/keys.ts'

/** The claims of a signed decline: a JWT payload with `typ: model-decline+jwt`. */
export interface DeclineClaims {
  /** The repository. */
  iss: string
  /** Who declined. */
  sub: string
  /** Seconds since 1970-01-01T00:00:00Z. */
  iat: number
  escalation: Digest
  reason: string
}

/** Sign a person's no to one escalation. */
export async function signDecline(claims: DeclineClaims, key: PrivateJwk): Promise<string> {
  return signToken(claims, declineType, key)
}

/**
 * Verify the form, key, signature and issuer of a decline; whether who signed it may answer is `judgeApproval`'s question.
 *
 * Throws what reading a grant throws for the same faults.
 */
export async function verifyDecline(
  token: string,
  { keys, issuer, now }: { keys: KeySource; issuer: string; now: number },
): Promise<{ claims: DeclineClaims; key: PublicKeyRecord }> {
  const { kid, payload } = readToken(token, declineType)
  const key = await requireSigner(token, kid, keys)
  const { z } = await import('zod')
  const text = z.string().min(1)
  const schema = z.strictObject({
    iss: text,
    sub: text,
    iat: z.int().nonnegative(),
    escalation: text,
    reason: text,
  })
  const parsed = schema.safeParse(payload)
  if (!parsed.success) {
    throw new PolicyError(
      'grant_malformed',
      `the decline is not in its form: ${parsed.error.issues[0]?.message}`,
    )
  }
  const claims = parsed.data as DeclineClaims
  if (claims.iss !== issuer) {
    throw new PolicyError('grant_issuer', `the decline was made for ${claims.iss}; this is ${issuer}`)
  }
  requireKeyStanding(key, claims.iat, now)
  return { claims, key }
}
