import { realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'

/** Whether a path lies in a folder or is that folder, symlinks resolved, also of what is not there yet. */
export async function liesWithin(folder: string, path: string): Promise<boolean> {
  const way = relative(await realPath(folder), await realPath(path))
  return way !== '..' && !way.startsWith(`..${sep}`)
}

async function realPath(path: string): Promise<string> {
  return realpath(path).catch(async () => {
    const above = dirname(path)
    return above === path ? path : join(await realPath(above), basename(path))
  })
}
