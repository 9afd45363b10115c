import type { PublicJwk } from '../escalation/escalation.ts'

/** What a key may do; a key has one role. */
export type KeyRole = 'approver' | 'minter' | 'measurer' | 'signer'

/** A public key with what it may do, as `.model-policy/keys.json` lists it. */
export interface PublicKeyRecord {
  /** RFC 7638 thumbprint. */
  kid: string
  role: KeyRole
  /** Whose key it is, such as `github:1234567`; an approver's grants carry this `sub`. */
  subject: string
  key: PublicJwk
  /** Personas its holder acts in. */
  personas: readonly string[]
  /** RFC 3339; signatures before it do not count. */
  notBefore: string
  /** RFC 3339; signatures after it do not count. */
  notAfter?: string
  /** RFC 3339; from then on nothing it signed counts. */
  revokedAt?: string
}

/** Where public keys come from. */
export interface KeySource {
  /** The record for a key id, or `undefined`. */
  find(kid: string): Promise<PublicKeyRecord | undefined>
}
