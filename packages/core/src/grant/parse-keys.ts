import { PolicyError } from '../errors/policy-error.ts'
import { bytesOfBase64url } from '../hash/base64url.ts'
import type { PublicKeyRecord } from './keys.ts'
import { thumbprint } from './thumbprint.ts'

/**
 * The public keys in the text of a `keys.json`.
 *
 * Throws `keys_invalid` with the place when it is not in its form: strict members, each `kid` the thumbprint of its key, none twice.
 */
export async function parseKeys(text: string): Promise<PublicKeyRecord[]> {
  const { z } = await import('zod')
  const time = z.iso.datetime()
  const record = z.strictObject({
    kid: z.string(),
    role: z.enum(['approver', 'minter', 'measurer', 'signer']),
    subject: z.string().min(1),
    key: z.strictObject({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.string().refine((x) => bytesOfBase64url(x)?.length === 32, 'expected 32 bytes as base64url'),
    }),
    personas: z.array(z.string().min(1)),
    notBefore: time,
    notAfter: time.exactOptional(),
    revokedAt: time.exactOptional(),
  })
  const schema = z.strictObject({ version: z.literal(1), keys: z.array(record) })
  const parsed = schema.safeParse(readJson(text))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw invalid(issue?.path.join('.') ?? '', String(issue?.message))
  }
  const { keys } = parsed.data
  for (const [index, { kid, key }] of keys.entries()) {
    if (kid !== thumbprint(key))
      throw invalid(`keys.${index}.kid`, `the thumbprint of the key is ${thumbprint(key)}`)
    if (keys.findIndex((other) => other.kid === kid) !== index)
      throw invalid(`keys.${index}.kid`, 'the key stands twice')
  }
  return keys
}

/** The text of a `keys.json`. */
export function renderKeys(keys: readonly PublicKeyRecord[]): string {
  return `${JSON.stringify({ version: 1, keys }, null, 2)}\n`
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new PolicyError('keys_invalid', 'the keys file is not JSON', { cause })
  }
}

function invalid(path: string, why: string): PolicyError {
  return new PolicyError(
    'keys_invalid',
    `the keys file is not in its form: ${path ? `${path}: ` : ''}${why}`,
    {
      place: { path },
    },
  )
}
