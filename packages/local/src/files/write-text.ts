import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PolicyError } from '@policy/core'

/**
 * Write a file whole: whoever reads it sees the old text or the new one, also after a crash. Missing folders are made.
 *
 * @throws `file_unreadable` when it cannot be written.
 */
export async function writeText(path: string, text: string, mode: number): Promise<void> {
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
    await rename(draft, path)
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => {})
    throw new PolicyError('file_unreadable', `${path} cannot be written: ${(cause as Error).message}`, {
      cause,
      place: { file: path },
    })
  }
}
