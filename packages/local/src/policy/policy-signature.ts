import {
  type Digest,
  isDigest,
  isSignedBy,
  PolicyError,
  type PrivateJwk,
  type PublicJwk,
  readToken,
  signToken,
  thumbprint,
} from '@policy/core'

/** What a signer says of a policy: the payload of `.model-policy/policy.sig`. */
export interface PolicyClaims {
  /** The repository the policy is for. */
  iss: string
  /** SHA-256 over RFC 8785 of the policy as parsed, before defaults. */
  policy: Digest
  /** SHA-256 over RFC 8785 of the keys file. */
  keys: Digest
  /** Grows with every signature; a verifier takes none below one it has seen. */
  serial: number
  /** When it was signed, in seconds since 1970-01-01T00:00:00Z. */
  iat: number
}

const type = 'model-policy+jwt'

/** Sign claims over a policy: a compact JWS (RFC 7515), Ed25519, typ `model-policy+jwt`. */
export function signPolicyClaims(claims: PolicyClaims, key: PrivateJwk): Promise<string> {
  return signToken(claims, type, key)
}

/**
 * The claims of a signature, once one of the signers is shown to have made it.
 *
 * @throws `policy_unsigned` when the text is no such signature, `policy_foreign` when none of the signers is named,
 *   `policy_altered` when the one named did not sign these bytes.
 */
export async function verifyPolicySignature(
  token: string,
  signers: readonly PublicJwk[],
  file: string,
): Promise<PolicyClaims> {
  const place = { file }
  const { kid, payload } = readSignature(token, file)
  const signer = signers.find((key) => thumbprint(key) === kid)
  if (signer === undefined) {
    throw new PolicyError(
      'policy_foreign',
      `the policy is signed by the key ${kid}, which is not pinned here`,
      {
        place,
        remedy:
          'Have a pinned signer sign with `model-policy policy sign`, or let a person pin this one with `model-policy trust`.',
      },
    )
  }
  if (!(await isSignedBy(token, signer))) {
    throw new PolicyError('policy_altered', `${file} names the key ${kid}, but that key did not sign it`, {
      place,
      remedy: 'Restore the file, or have the signer sign anew with `model-policy policy sign`.',
    })
  }
  return payload
}

/**
 * The claims of a signature as they stand in it, unverified.
 *
 * @throws `policy_unsigned` when the text is no such signature.
 */
export function readSignature(token: string, file: string): { kid: string; payload: PolicyClaims } {
  try {
    const { kid, payload } = readToken(token, type)
    if (isPolicyClaims(payload)) return { kid, payload }
  } catch (cause) {
    throw unreadable(file, cause)
  }
  throw unreadable(file)
}

const members = ['iat', 'iss', 'keys', 'policy', 'serial']

function isPolicyClaims(value: unknown): value is PolicyClaims {
  const claims = value as Record<keyof PolicyClaims, unknown>
  return (
    Object.keys(claims).toSorted().join() === members.join() &&
    typeof claims.iss === 'string' &&
    isDigest(claims.policy) &&
    isDigest(claims.keys) &&
    Number.isSafeInteger(claims.serial) &&
    Number(claims.serial) > 0 &&
    Number.isSafeInteger(claims.iat)
  )
}

const unreadable = (file: string, cause?: unknown) =>
  new PolicyError(
    'policy_unsigned',
    `${file} is not a policy signature${cause instanceof Error ? `: ${cause.message}` : ''}`,
    {
      place: { file },
      remedy: 'Sign the policy with `model-policy policy sign`.',
      ...(cause === undefined ? {} : { cause }),
    },
  )
