import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { Environment } from '../git/run-git.ts'

/**
 * The folders in which a bare name is looked up: those of `PATH` that are absolute, that not everybody can write to, and that do not
 * lie in the working tree, where an agent could put a program of the same name.
 */
export function programFolders(env: Environment, workingTree: string | undefined): string[] {
  const tree = workingTree === undefined ? undefined : realPath(workingTree)
  return (env['PATH'] ?? '').split(delimiter).filter((folder) => {
    if (!isAbsolute(folder)) return false
    const real = realPath(folder)
    if (real === undefined || isOpenToAll(real)) return false
    const way = tree === undefined ? '..' : relative(tree, real)
    return way === '..' || way.startsWith(`..${sep}`)
  })
}

/** The program that a name means: by its path, seen from `cwd`, or by a bare name the first in the folders that may be run. */
export function findProgram(
  name: string,
  { cwd, folders }: { cwd: string; folders: readonly string[] },
): string | undefined {
  if (name === '' || name === '.' || name === '..') return undefined
  const candidates = /[\\/]/.test(name) ? [resolve(cwd, name)] : folders.map((folder) => join(folder, name))
  return candidates.find(mayRun)
}

function mayRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Whether anybody on the machine may put files into a folder or one above it, as in `/tmp`. Windows has no such bits. */
function isOpenToAll(folder: string): boolean {
  if (process.platform === 'win32') return false
  for (let at = folder; ; at = resolve(at, '..')) {
    if ((statSync(at).mode & 0o002) !== 0) return true
    if (at === resolve(at, '..')) return false
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
