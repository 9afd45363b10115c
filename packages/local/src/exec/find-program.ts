import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { delimiter, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { Environment } from '../git/run-git.ts'

/**
 * The folders in which a bare name is looked up: those of `PATH` that are absolute, that not everybody can write to, and that do not
 * lie in the working tree, where an agent could put a program of the same name.
 */
export function programFolders(env: Environment, workingTree: string | undefined): string[] {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && isOutOfReach(folder, workingTree))
}

/** Where a program is looked for. */
export interface FindProgramOptions {
  cwd: string
  folders: readonly string[]
  workingTree: string | undefined
}

/**
 * The program that a name means: by its path, seen from `cwd`, or by a bare name the first in the folders that may be run. A link in such a
 * folder that leads to where the folder itself could not be is passed over.
 */
export function findProgram(
  name: string,
  { cwd, folders, workingTree }: FindProgramOptions,
): string | undefined {
  if (name === '' || name === '.' || name === '..') return undefined
  if (/[\\/]/.test(name)) return [resolve(cwd, name)].find(mayRun)
  return folders
    .map((folder) => join(folder, name))
    .find((candidate) => mayRun(candidate) && isOutOfReach(candidate, workingTree))
}

/** Whether a path, links resolved, lies outside the working tree and nobody but its owner and group can put something in its place. */
function isOutOfReach(path: string, workingTree: string | undefined): boolean {
  const real = realPath(path)
  if (real === undefined || isOpenToAll(real)) return false
  const tree = workingTree === undefined ? undefined : realPath(workingTree)
  const way = tree === undefined ? '..' : relative(tree, real)
  return way === '..' || way.startsWith(`..${sep}`)
}

function mayRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Whether anybody on the machine may write to a file or folder or to one above it, as in `/tmp`. Windows has no such bits. */
function isOpenToAll(path: string): boolean {
  if (process.platform === 'win32') return false
  for (let at = path; ; at = resolve(at, '..')) {
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
