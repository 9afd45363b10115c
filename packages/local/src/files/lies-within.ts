import { realpath } from 'node:fs/promises'
import { dirname, relative, sep } from 'node:path'

/** Whether a path lies in a folder or is that folder, symlinks resolved; of what is not there yet, the nearest folder above counts. */
export async function liesWithin(folder: string, path: string): Promise<boolean> {
  const way = relative(await realPath(folder), await realPath(path))
  return way !== '..' && !way.startsWith(`..${sep}`)
}

async function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => (dirname(path) === path ? path : realPath(dirname(path))))
}
