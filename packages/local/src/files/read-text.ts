import { readFile } from 'node:fs/promises'
import { PolicyError } from '@policy/core'

/**
 * A file's text as UTF-8, or `undefined` when there is no such file.
 *
 * @throws `file_unreadable` when it is there and cannot be read.
 */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw new PolicyError('file_unreadable', `${path} cannot be read: ${(cause as Error).message}`, {
      cause,
      place: { file: path },
    })
  }
}

/** Whether an error of `node:fs` says that a file or a folder on the way to it is not there. */
export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ENOTDIR'
}
