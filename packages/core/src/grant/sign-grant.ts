import { PolicyError } from '../errors/policy-error.ts'
import type { PrivateJwk } from './generate-key-pair.ts'
import type { GrantClaims } from './grant.ts'
import { grantType, signToken } from './token.ts'

/**
 * Sign a grant: a compact JWS (RFC 7515) over the claims in RFC 8785 form.
 *
 * Throws `grant_malformed` when the claims are not those of a grant.
 */
export async function signGrant(claims: GrantClaims, key: PrivateJwk): Promise<string> {
  const { grantSchema } = await import('./grant-schema.ts')
  const parsed = grantSchema.safeParse(claims)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new PolicyError(
      'grant_malformed',
      `these are not a grant's claims: ${issue?.path.join('.')}: ${issue?.message}`,
    )
  }
  return signToken(parsed.data, grantType, key)
}
