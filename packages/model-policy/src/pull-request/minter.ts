import { PolicyError, type PrivateJwk } from '@policy/core'
import { z } from 'zod'

const part = z.base64url().length(43)
const jwk = z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: part, d: part })

/**
 * The minter's private key from the secret of a protected environment: an Ed25519 JWK (RFC 8037).
 *
 * @throws `key_missing` without telling what the secret holds.
 */
export async function minterKey(secret: string | undefined): Promise<PrivateJwk> {
  const parsed = jwk.safeParse(jsonOf(secret ?? ''))
  if (parsed.success) return parsed.data
  throw new PolicyError('key_missing', 'MODEL_POLICY_MINTER_KEY holds no Ed25519 private key as a JWK', {
    remedy: 'put it into the secret of the environment that the mint job runs in',
  })
}

/** The head that the event's pull request had when it happened. */
export function headOfEvent(payload: unknown): string | undefined {
  const form = z.object({ pull_request: z.object({ head: z.object({ sha: z.string() }) }) })
  return form.safeParse(payload).data?.pull_request.head.sha
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
