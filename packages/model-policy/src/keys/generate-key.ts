import {
  type Clock,
  generateKeyPair,
  type KeyRole,
  PolicyError,
  type PublicKeyRecord,
  renderKeys,
} from '@policy/core'
import { type PublicKeys, savePrivateKey, writeText } from '@policy/local'
import type { KeyPlaces } from './key-places.ts'

/** What a new key is for. */
export interface GenerateKeyOptions {
  role: KeyRole
  /** Whose key it is, such as `github:1234567`. */
  subject: string
  personas: readonly string[]
  /** RFC 3339; signatures after it do not count. */
  notAfter?: string
  passphrase: string
  clock: Clock
}

/**
 * Make a key: the private half in this user's folder, the public one in `keys.json`. It counts once a signer has signed that file.
 *
 * @throws `usage` for a subject or a date that is none; `key_exposed`, `file_unreadable`.
 */
export async function generateKey(
  places: KeyPlaces,
  keys: PublicKeys,
  options: GenerateKeyOptions,
): Promise<{ record: PublicKeyRecord; file: string }> {
  const { role, subject, personas, notAfter, passphrase, clock } = options
  if (!/^[a-z]+:[A-Za-z0-9][A-Za-z0-9._@/-]*$/.test(subject)) {
    throw new PolicyError('usage', `${JSON.stringify(subject)} names nobody`, {
      remedy: 'give --subject, such as github:1234567',
    })
  }
  if (notAfter !== undefined && Number.isNaN(Date.parse(notAfter))) {
    throw new PolicyError('usage', `${JSON.stringify(notAfter)} is no date`, {
      remedy: 'give --not-after, such as 2027-01-01',
    })
  }
  const { kid, publicJwk, privateJwk } = await generateKeyPair()
  const record: PublicKeyRecord = {
    kid,
    role,
    subject,
    key: publicJwk,
    personas,
    notBefore: new Date(clock()).toISOString(),
    ...(notAfter !== undefined && { notAfter: new Date(notAfter).toISOString() }),
  }
  const file = await savePrivateKey(places.own, privateJwk, passphrase)
  await writeText(places.file, renderKeys([...keys.records, record]), 0o644)
  return { record, file }
}
