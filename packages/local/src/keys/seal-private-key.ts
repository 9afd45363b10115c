import { PolicyError, type PrivateJwk, thumbprint } from '@policy/core'

// PBKDF2-HMAC-SHA512 as OWASP's Password Storage Cheat Sheet wants it; a key without a passphrase gains nothing from waiting.
const iterations = { withPassphrase: 210_000, withoutPassphrase: 1000 }

/** A private key as text: its JWK in a compact JWE under a passphrase (RFC 7516, PBES2 of RFC 7518 §4.8). */
export async function sealPrivateKey(key: PrivateJwk, passphrase: string): Promise<string> {
  const { CompactEncrypt } = await import('jose/jwe/compact/encrypt')
  return new CompactEncrypt(bytes(JSON.stringify(key)))
    .setProtectedHeader({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', cty: 'jwk+json', kid: thumbprint(key) })
    .setKeyManagementParameters({
      p2c: passphrase === '' ? iterations.withoutPassphrase : iterations.withPassphrase,
    })
    .encrypt(bytes(passphrase))
}

/**
 * The private key in a text that {@link sealPrivateKey} made.
 *
 * @throws `key_locked` when the passphrase does not open it or it holds something else.
 */
export async function openPrivateKey(sealed: string, passphrase: string): Promise<PrivateJwk> {
  const { compactDecrypt } = await import('jose/jwe/compact/decrypt')
  try {
    const { plaintext } = await compactDecrypt(sealed, bytes(passphrase), {
      keyManagementAlgorithms: ['PBES2-HS512+A256KW'],
      contentEncryptionAlgorithms: ['A256GCM'],
      // a foreign file must not make us count for an hour
      maxPBES2Count: iterations.withPassphrase,
    })
    const { kty, crv, x, d } = JSON.parse(new TextDecoder().decode(plaintext)) as PrivateJwk
    if (kty !== 'OKP' || crv !== 'Ed25519') {
      throw new Error('it holds no Ed25519 key')
    }
    return { kty, crv, x, d }
  } catch (cause) {
    throw new PolicyError('key_locked', 'the passphrase does not open the key', { cause })
  }
}

const bytes = (text: string) => new TextEncoder().encode(text)
