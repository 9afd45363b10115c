import canonicalize from 'canonicalize'
import type { PublicJwk } from '../escalation/escalation.ts'
import { PolicyError } from '../errors/policy-error.ts'
import { bytesOfBase64url } from '../hash/base64url.ts'
import type { PrivateJwk } from './generate-key-pair.ts'
import type { KeySource, PublicKeyRecord } from './keys.ts'
import { thumbprint } from './thumbprint.ts'

/** The `typ` of a grant. */
export const grantType = 'model-grant+jwt'
/** The `typ` of a signed decline. */
export const declineType = 'model-decline+jwt'

/** Longest token that is looked at, in characters. */
const maxTokenLength = 8192

/** A token taken apart; nothing of it is verified. */
export interface UnverifiedToken {
  kid: string
  payload: unknown
}

/**
 * Sign a payload as a compact JWS (RFC 7515, RFC 9864), header and payload in RFC 8785 form.
 *
 * @throws `grant_malformed` when the token would be longer than any that is read.
 */
export async function signToken(payload: unknown, typ: string, key: PrivateJwk): Promise<string> {
  const { CompactSign } = await import('jose/jws/compact/sign')
  const token = await new CompactSign(new TextEncoder().encode(canonicalize(payload)))
    .setProtectedHeader({ alg: 'Ed25519', kid: thumbprint(key), typ })
    .sign(key)
  if (token.length > maxTokenLength) {
    throw new PolicyError(
      'grant_malformed',
      `the token would have ${token.length} characters; ${maxTokenLength} is the most`,
      {
        remedy: 'name fewer paths in the escalation, or wider ones',
      },
    )
  }
  return token
}

/**
 * Take a token apart, refusing every spelling but the one {@link signToken} gives, before any key is looked at.
 *
 * Header and payload must be in RFC 8785 form, so that no member stands twice and each token has one spelling.
 * Throws `grant_malformed`.
 */
export function readToken(token: string, typ: string): UnverifiedToken {
  if (token.length > maxTokenLength)
    throw malformed(`it has ${token.length} characters; ${maxTokenLength} is the most`)
  const parts = token.split('.')
  if (parts.length !== 3) throw malformed(`it has ${parts.length} parts; a compact JWS has 3`)
  const [header, payload, signature] = parts.map((part) => bytesOfBase64url(part))
  if (!header || !payload || !signature) throw malformed('a part is not base64url in its one spelling')
  if (signature.length !== 64)
    throw malformed(`its signature has ${signature.length} bytes; Ed25519 gives 64`)
  const { alg, kid, typ: found, ...others } = readObject(header, 'header')
  if (alg !== 'Ed25519') throw malformed(`its algorithm is ${JSON.stringify(alg)}; only Ed25519 counts`)
  if (found !== typ) throw malformed(`its type is ${JSON.stringify(found)}, not ${typ}`)
  if (typeof kid !== 'string') throw malformed('its header names no key')
  const [extra] = Object.keys(others)
  if (extra !== undefined)
    throw malformed(`its header has the member ${JSON.stringify(extra)}, which is not understood`)
  return { kid, payload: readObject(payload, 'payload') }
}

/** Whether the key signed the token; the algorithm is pinned. */
export async function isSignedBy(token: string, key: PublicJwk): Promise<boolean> {
  const { compactVerify } = await import('jose/jws/compact/verify')
  return compactVerify(token, key, { algorithms: ['Ed25519'] }).then(
    () => true,
    () => false,
  )
}

/**
 * The record of the key that signed a token.
 *
 * Throws `grant_key_unknown` when the key is not listed, `grant_forged` when the signature is not its.
 */
export async function requireSigner(token: string, kid: string, keys: KeySource): Promise<PublicKeyRecord> {
  const key = await keys.find(kid)
  if (key === undefined || key.kid !== kid) {
    throw new PolicyError(
      'grant_key_unknown',
      `the token is signed by the key ${kid}, which the keys file does not list`,
    )
  }
  if (await isSignedBy(token, key.key)) return key
  throw new PolicyError(
    'grant_forged',
    `the signature of the token is not one of the key ${kid} of ${key.subject}`,
  )
}

function readObject(bytes: Uint8Array, name: string): Record<string, unknown> {
  let text: string
  let value: unknown
  let canonical: string | undefined
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    value = JSON.parse(text)
    canonical = canonicalize(value)
  } catch (cause) {
    throw malformed(`its ${name} is not JSON`, cause)
  }
  if (canonical !== text)
    throw malformed(`its ${name} is not in RFC 8785 form, so it may say one thing twice`)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed(`its ${name} is not an object`)
  return value as Record<string, unknown>
}

function malformed(why: string, cause?: unknown): PolicyError {
  return new PolicyError(
    'grant_malformed',
    `this is no token of ours: ${why}`,
    cause === undefined ? {} : { cause },
  )
}
