import { sha256Hex } from '#sha256'
import type { PublicJwk } from '../escalation/escalation.ts'
import { base64urlOfHex } from '../hash/base64url.ts'

/** The RFC 7638 thumbprint of an Ed25519 key: what every `kid` and `jkt` here is. */
export function thumbprint(key: PublicJwk): string {
  const { crv, kty, x } = key
  return base64urlOfHex(sha256Hex(JSON.stringify({ crv, kty, x })))
}
