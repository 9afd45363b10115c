import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The files that the sealer keeps beside a log. */
export interface SealFiles {
  /** The newest checkpoint, as published. */
  checkpoint: string
  /** The hash of every sealed line, 32 bytes each: what shows which line differs. */
  leaves: string
  /** Where the sealer stopped. */
  state: string
  /** Held while a sealer works. */
  lock: string
}

/** Where the sealer of a log keeps its files. */
export function sealFiles(path: string): SealFiles {
  return {
    checkpoint: `${path}.checkpoint`,
    leaves: `${path}.leaves`,
    state: `${path}.sealer`,
    lock: `${path}.sealer.lock`,
  }
}

/** The text of a file, or `undefined` when it is not there or not UTF-8. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (error) {
    if (error instanceof TypeError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
      return undefined
    throw error
  }
}

/** Put a whole new file in the place of another, so that after a crash there is the one or the other. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const next = `${path}.next`
  const file = await open(next, 'w', 0o644)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(next, path)
  await syncFolder(dirname(path))
}

/** Make names in a folder survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
