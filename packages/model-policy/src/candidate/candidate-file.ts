import { resolve } from 'node:path'
import { PolicyError } from '@policy/core'
import { openRepository, readText } from '@policy/local'
import type { Host } from '../command-line/host.ts'

/** A file that somebody is still writing, as it lies there: nothing says that it counts. */
export interface CandidateFile {
  /** As it was named, for messages. */
  name: string
  text: string
}

/**
 * Read the file that was named, or the one of the usual name at the repository's top.
 *
 * @throws `file_unreadable` when there is none.
 */
export async function candidateFile(
  host: Host,
  named: string | undefined,
  usual: string,
): Promise<CandidateFile> {
  const file = named === undefined ? await atTop(host, usual) : resolve(host.cwd, named)
  const text = await readText(file)
  if (text !== undefined) return { name: named ?? usual, text }
  throw new PolicyError('file_unreadable', `there is no ${named ?? usual}`, {
    place: { file },
    remedy: 'name the file that you mean',
  })
}

async function atTop(host: Host, usual: string): Promise<string> {
  const { top } = await openRepository(host.cwd, { env: host.env })
  return resolve(top, usual)
}
