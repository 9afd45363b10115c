import { randomUUID } from 'node:crypto'
import { constants, copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PolicyError } from '@policy/core'

/**
 * Write a file whole: whoever reads it sees the old text or the new one, also after a crash. Missing folders are made.
 *
 * @throws `file_unreadable` when it cannot be written.
 */
export async function writeText(path: string, text: string, mode: number): Promise<void> {
  await withDraft(path, text, mode, (draft) => rename(draft, path))
}

/**
 * Write a file whole where there is none, and give whether it was written: of all that try at once, one does. Missing folders are made.
 *
 * @throws `file_unreadable` when it cannot be written.
 */
export async function createText(path: string, text: string, mode: number): Promise<boolean> {
  return withDraft(path, text, mode, async (draft) => {
    try {
      await link(draft, path).catch((error: unknown) => {
        if (isThere(error)) throw error
        // not every file system links: a copy is still made by one process only, but grows for a moment
        return copyFile(draft, path, constants.COPYFILE_EXCL)
      })
      return true
    } catch (error) {
      if (isThere(error)) return false
      throw error
    }
  })
}

/** Whether an error of `node:fs` says that something is there already. */
export const isThere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST'

/** Write a text beside the path it is for, durably, and let `place` put it there; what is left of it then goes. */
async function withDraft<Result>(
  path: string,
  text: string,
  mode: number,
  place: (draft: string) => Promise<Result>,
): Promise<Result> {
  const draft = `${path}.${randomUUID()}.tmp`
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(draft, 'wx', mode)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    return await place(draft)
  } catch (cause) {
    throw new PolicyError('file_unreadable', `${path} cannot be written: ${(cause as Error).message}`, {
      cause,
      place: { file: path },
    })
  } finally {
    await rm(draft, { force: true }).catch(() => {})
  }
}
