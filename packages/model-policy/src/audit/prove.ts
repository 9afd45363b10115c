import { resolve } from 'node:path'
import { type ConsistencyProof, type EntryProof, proveConsistency, proveEntry } from '@policy/audit'
import { PolicyError } from '@policy/core'
import { readText } from '@policy/local'
import type { Host } from '../command-line/host.ts'
import { findLog } from './find-log.ts'

/** What to prove, as the options of the command say it. */
export interface ProveOptions {
  log?: string
  line?: string
  id?: string
  since?: string
}

/**
 * The proof that is asked for.
 *
 * @throws `usage` when not exactly one thing is, and what `proveEntry` and `proveConsistency` throw.
 */
export async function prove(host: Host, options: ProveOptions): Promise<EntryProof | ConsistencyProof> {
  const { line, id, since } = options
  if ([line, id, since].filter((given) => given !== undefined).length !== 1) {
    throw new PolicyError('usage', 'one thing is proven at a time', {
      remedy: 'give one of --line, --id, --since',
    })
  }
  const { path } = await findLog(host, options)
  if (id !== undefined) return proveEntry({ path, id })
  if (since !== undefined) {
    const earlier = await readText(resolve(host.cwd, since))
    if (earlier !== undefined) return proveConsistency({ path, earlier })
    throw new PolicyError('file_unreadable', `there is no checkpoint ${since}`, { place: { file: since } })
  }
  if (line !== undefined && /^[1-9]\d{0,14}$/.test(line)) return proveEntry({ path, line: Number(line) })
  throw new PolicyError('usage', `${JSON.stringify(line)} is no number of a line`, { remedy: 'count from 1' })
}
