import canonicalize from 'canonicalize'
import type { Digest } from './digest.ts'
import { sha256Digest } from './sha256-digest.ts'

/**
 * SHA-256 over the canonical JSON (RFC 8785) of a value, as a {@link Digest}.
 *
 * Throws a plain `Error` for what JSON cannot say: `NaN`, infinities, lone surrogates, circles, a bare `undefined`.
 */
export function canonicalDigest(value: unknown): Digest {
  const text = canonicalize(value)
  if (text === undefined) throw new Error('The value has no JSON form')
  return sha256Digest(text)
}
