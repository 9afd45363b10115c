import { hmacSha256Hex } from '#sha256'
import { sha256Digest } from './sha256-digest.ts'

/** A secret under which prompt hashes cannot be guessed from likely prompts, with the id that entries name it by. */
export interface PromptHashKey {
  /** Names the key in the hash: letters, digits, `.`, `_` and `-`. */
  id: string
  secret: Uint8Array
}

/**
 * The hash of a request's exact body bytes, as the audit log carries it: `sha256:…`, or `hmac-sha256:<key id>:…`
 * (RFC 2104) when a key is given.
 *
 * A bare SHA-256 of a short or guessable prompt can be found by trying; give a key where that matters.
 */
export function promptHash(body: Uint8Array, key?: PromptHashKey): string {
  return key ? `hmac-sha256:${key.id}:${hmacSha256Hex(key.secret, body)}` : sha256Digest(body)
}
