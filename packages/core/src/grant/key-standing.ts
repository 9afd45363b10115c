import { PolicyError } from '../errors/policy-error.ts'
import { clockSkewSeconds } from './clock-skew.ts'
import type { PublicKeyRecord } from './keys.ts'

/**
 * Throw unless a key may vouch for what it signed: not revoked `now` (milliseconds), and within its validity at `signedAt` (seconds).
 *
 * Throws `grant_key_revoked` or `grant_key_invalid`.
 */
export function requireKeyStanding(key: PublicKeyRecord, signedAt: number, now: number): void {
  if (key.revokedAt !== undefined && !(now < Date.parse(key.revokedAt))) {
    throw new PolicyError(
      'grant_key_revoked',
      `the key ${key.kid} of ${key.subject} was revoked at ${key.revokedAt}`,
      {
        remedy: 'ask for the approval again: model-policy approve',
      },
    )
  }
  const begins = Date.parse(key.notBefore) - clockSkewSeconds * 1000
  const ends = key.notAfter === undefined ? Infinity : Date.parse(key.notAfter)
  // written so that a date that does not parse (NaN) refuses
  if (!(begins <= signedAt * 1000 && signedAt * 1000 < ends)) {
    throw new PolicyError(
      'grant_key_invalid',
      `the key ${key.kid} of ${key.subject} counts from ${key.notBefore} to ${key.notAfter ?? 'its revocation'}; it signed at ${new Date(signedAt * 1000).toISOString()}`,
    )
  }
}
