import { type Clock, PolicyError, type PublicKeyRecord, renderKeys } from '@policy/core'
import { type PublicKeys, writeText } from '@policy/local'
import type { KeyPlaces } from './key-places.ts'

/**
 * Mark a key as revoked now in `keys.json`: once a signer has signed that, nothing it signed counts.
 *
 * @throws `usage` when it is revoked already; `file_unreadable`.
 */
export async function revokeKey(
  { file }: KeyPlaces,
  { records }: PublicKeys,
  key: PublicKeyRecord,
  clock: Clock,
): Promise<PublicKeyRecord> {
  if (key.revokedAt !== undefined) {
    throw new PolicyError('usage', `the key ${key.kid} was revoked at ${key.revokedAt} already`)
  }
  const revoked = { ...key, revokedAt: new Date(clock()).toISOString() }
  await writeText(
    file,
    renderKeys(records.map((record) => (record.kid === key.kid ? revoked : record))),
    0o644,
  )
  return revoked
}
