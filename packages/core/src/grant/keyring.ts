import type { KeySource, PublicKeyRecord } from './keys.ts'

/** A {@link KeySource} over a fixed list of records. */
export function keyring(records: readonly PublicKeyRecord[]): KeySource {
  const byId = new Map(records.map((record) => [record.kid, record]))
  return { find: async (kid) => byId.get(kid) }
}
