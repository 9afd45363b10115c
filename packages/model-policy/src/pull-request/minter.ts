import { PolicyError, type PrivateJwk } from '@policy/core'
import type { Labeling } from '@policy/github'
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

const labeled = z.object({
  action: z.literal('labeled'),
  sender: z.object({ id: z.int() }),
  pull_request: z.object({ head: z.object({ sha: z.string() }), updated_at: z.iso.datetime() }),
})

/** Who put a label on, when, and the head that the pull request had then, as the event of a run tells it; `undefined` for other events. */
export function labelingOf(payload: unknown): Labeling | undefined {
  const { data } = labeled.safeParse(payload)
  if (data === undefined) return undefined
  const { sender, pull_request: pull } = data
  return { head: pull.head.sha, event: { by: sender.id, at: Date.parse(pull.updated_at) } }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
