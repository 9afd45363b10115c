import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PolicyError } from '@policy/core'
import { isMissing } from '../files/read-text.ts'
import { repositoryStateFolder, type UserFolders } from '../folders/user-folders.ts'

// One empty file per serial: processes that see different ones at once cannot undo each other.
const folderOf = (folders: UserFolders, repositoryId: string) =>
  join(repositoryStateFolder(folders, repositoryId), 'policy-serials')

/**
 * The highest policy serial this user has seen of a repository; 0 before the first.
 *
 * @throws `file_unreadable`.
 */
export async function highestSerialSeen(folders: UserFolders, repositoryId: string): Promise<number> {
  const folder = folderOf(folders, repositoryId)
  const names = await readdir(folder).catch((cause: unknown) => {
    if (isMissing(cause)) return []
    throw unusable(folder, cause)
  })
  return Math.max(0, ...names.filter((name) => /^\d+$/.test(name)).map(Number))
}

/**
 * Remember that a serial was seen.
 *
 * @throws `file_unreadable`: a serial that cannot be remembered could be rolled back unnoticed.
 */
export async function rememberSerial(
  folders: UserFolders,
  repositoryId: string,
  serial: number,
): Promise<void> {
  const folder = folderOf(folders, repositoryId)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(join(folder, String(serial)), '', { mode: 0o600 })
  } catch (cause) {
    throw unusable(folder, cause)
  }
}

const unusable = (folder: string, cause: unknown) =>
  new PolicyError(
    'file_unreadable',
    `${folder}, where policy serials are kept, cannot be used: ${(cause as Error).message}`,
    {
      cause,
      place: { file: folder },
    },
  )
