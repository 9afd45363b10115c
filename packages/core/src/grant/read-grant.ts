import { deepFreeze } from '../deep-freeze.ts'
import { PolicyError } from '../errors/policy-error.ts'
import type { GrantClaims } from './grant.ts'
import { grantType, readToken } from './token.ts'

/**
 * What a grant says of itself: for showing and filing it. Nothing of it is verified.
 *
 * Throws `grant_malformed`.
 */
export async function readGrant(token: string): Promise<GrantClaims> {
  const known = read.get(token)
  if (known) return known
  const claims = deepFreeze(await parseClaims(readToken(token, grantType).payload))
  const [oldest] = read.keys()
  if (read.size >= mostRemembered && oldest !== undefined) read.delete(oldest)
  read.set(token, claims)
  return claims
}

// Every gated call looks at every grant at hand, and most of them are old ones.
const read = new Map<string, GrantClaims>()

/** Tokens remembered; who keeps more at hand has the oldest read anew each time. */
const mostRemembered = 1000

/** The payload of a grant as claims, each member understood. Throws `grant_malformed`. */
export async function parseClaims(payload: unknown): Promise<GrantClaims> {
  const { grantSchema } = await import('./grant-schema.ts')
  const parsed = grantSchema.safeParse(payload)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = issue?.path.join('.')
  throw new PolicyError(
    'grant_malformed',
    `the grant covers nothing: ${path ? `${path}: ` : ''}${issue?.message}`,
    path ? { place: { path } } : {},
  )
}
