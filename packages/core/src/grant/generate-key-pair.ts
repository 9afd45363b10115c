import type { PublicJwk } from '../escalation/escalation.ts'
import { thumbprint } from './thumbprint.ts'

/** A private Ed25519 key as a JWK (RFC 8037). */
export interface PrivateJwk extends PublicJwk {
  d: string
}

/** A new key: both halves, and the thumbprint that names it. */
export interface KeyPair {
  publicJwk: PublicJwk
  privateJwk: PrivateJwk
  kid: string
}

/** Make a new Ed25519 key pair (RFC 8032). Its id never begins with `-`, so that a command takes it for an argument as it stands. */
export async function generateKeyPair(): Promise<KeyPair> {
  for (;;) {
    const pair = await newPair()
    if (!pair.kid.startsWith('-')) return pair
  }
}

async function newPair(): Promise<KeyPair> {
  const [{ generateKeyPair: generate }, { exportJWK }] = await Promise.all([
    import('jose/key/generate/keypair'),
    import('jose/key/export'),
  ])
  const { privateKey } = await generate('Ed25519', { extractable: true })
  const { x, d } = await exportJWK(privateKey)
  const publicJwk: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x: String(x) }
  return { publicJwk, privateJwk: { ...publicJwk, d: String(d) }, kid: thumbprint(publicJwk) }
}
