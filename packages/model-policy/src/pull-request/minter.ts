import { PolicyError, type PrivateJwk } from '@policy/core'
import { openPrivateKey } from '@policy/local'
import type { Host } from '../command-line/host.ts'
import { z } from 'zod'

const part = z.base64url().length(43)
const jwk = z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: part, d: part })

/**
 * The minter's private key from the secrets of a protected environment: the file that `keys generate` made, under its passphrase, or an
 * Ed25519 JWK (RFC 8037).
 *
 * @throws `key_missing` without telling what the secret holds; `key_locked` when the passphrase does not open it.
 */
export async function minterKey({
  MODEL_POLICY_MINTER_KEY: secret = '',
  MODEL_POLICY_PASSPHRASE: passphrase = '',
}: Host['env']): Promise<PrivateJwk> {
  const text = secret.trim()
  const isSealed = text.split('.').length === 5
  if (isSealed) return openPrivateKey(text, passphrase)
  const parsed = jwk.safeParse(jsonOf(text))
  if (parsed.success) return parsed.data
  throw new PolicyError('key_missing', 'MODEL_POLICY_MINTER_KEY holds no Ed25519 private key', {
    remedy:
      'put the file that `model-policy keys generate --role minter` made into a secret of the environment that the mint job runs in',
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
