import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PolicyError } from '@policy/core'
import { isMissing, readText } from '../files/read-text.ts'
import { parseTrustRoot, type TrustRoot } from './trust-root.ts'

/** A trust root and where it stands. */
export interface TrustEntry {
  file: string
  trust: TrustRoot
}

/**
 * Every trust root in a folder.
 *
 * @throws `trust_missing` when one is not in its form, `file_unreadable` when one cannot be read.
 */
export async function allTrust(folder: string): Promise<TrustEntry[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    if (isMissing(cause)) return []
    throw new PolicyError('file_unreadable', `${folder} cannot be read`, { cause, place: { file: folder } })
  })
  const files = names.filter((name) => name.endsWith('.json')).map((name) => join(folder, name))
  return Promise.all(
    files.map(async (file) => ({ file, trust: await parseTrustRoot((await readText(file)) ?? '', file) })),
  )
}
