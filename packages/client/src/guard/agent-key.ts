import { createPrivateKey, createPublicKey, randomBytes, sign, verify } from 'node:crypto'
import { PolicyError, type PublicJwk } from '@policy/core'

/** The key pair that a grant is bound to. */
export interface AgentKey {
  publicJwk: PublicJwk
  privateJwk: PublicJwk & { d: string }
}

/**
 * Show that the private key belongs to the public one by signing and verifying once.
 *
 * Throws `key_missing` when it does not: a grant bound to the public key must not be usable with the public key alone.
 */
export function provePossession({ publicJwk, privateJwk }: AgentKey): void {
  const challenge = randomBytes(32)
  let proven: boolean
  try {
    const signature = sign(null, challenge, createPrivateKey({ key: { ...privateJwk }, format: 'jwk' }))
    proven = verify(null, challenge, createPublicKey({ key: { ...publicJwk }, format: 'jwk' }), signature)
  } catch (cause) {
    throw new PolicyError('key_missing', 'The agent key is not a pair of Ed25519 JWKs.', {
      cause,
      remedy: 'Give `agentKey` the two JWKs that `generateKeyPair` makes.',
    })
  }
  if (!proven) {
    throw new PolicyError('key_missing', 'The private agent key does not belong to the public one.', {
      remedy: 'Give `agentKey` the two JWKs that `generateKeyPair` makes.',
    })
  }
}
