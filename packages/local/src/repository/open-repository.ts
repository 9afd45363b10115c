import { lstat, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { PolicyError } from '@policy/core'
import { type Environment, runGit } from '../git/run-git.ts'
import { currentBranch } from './current-branch.ts'
import type { Repository } from './repository.ts'
import { repositoryIdOfRemote } from './repository-id.ts'

/** How `openRepository` reaches git. */
export interface OpenRepositoryOptions {
  /** Where `PATH` is read; `GIT_*` in it is ignored. @default process.env */
  env?: Environment
}

/**
 * The git working tree that a folder lies in.
 *
 * The folders are found by looking, not by asking git: `core.worktree`, `GIT_DIR` and the like cannot point elsewhere.
 *
 * @throws `repository_missing` when the folder lies in no working tree, `git_failed` when git cannot be started.
 */
export async function openRepository(cwd: string, options: OpenRepositoryOptions = {}): Promise<Repository> {
  const { env = process.env } = options
  const { top, gitFolder } = await findTop(await realpath(cwd))
  const commonFolder = resolve(gitFolder, (await readIfThere(join(gitFolder, 'commondir')))?.trim() ?? '')
  const ask = async (...args: string[]) => {
    const { code, stdout } = await runGit(['--git-dir', gitFolder, ...args], { cwd: top, env })
    return code === 0 ? stdout.toString().split('\n', 1)[0] || undefined : undefined
  }
  const [head, branch, remote] = await Promise.all([
    ask('rev-parse', '--quiet', '--verify', 'HEAD^{commit}'),
    currentBranch({ top, gitFolder }, { env }),
    ask('config', '--file', join(commonFolder, 'config'), '--get-all', 'remote.origin.url'),
  ])
  const remoteId = remote === undefined ? undefined : repositoryIdOfRemote(remote)
  return { top, gitFolder, commonFolder, remoteId, head, branch }
}

async function findTop(start: string): Promise<{ top: string; gitFolder: string }> {
  for (let folder = start; ; folder = dirname(folder)) {
    const gitFolder = await gitFolderAt(folder)
    if (gitFolder !== undefined) return { top: folder, gitFolder }
    if (dirname(folder) === folder) {
      throw new PolicyError('repository_missing', `${start} is not inside a git working tree`, {
        remedy: 'Run this inside a clone, or make one with `git init`.',
      })
    }
  }
}

/** The git folder of a working tree whose top is `folder`: `.git` itself, or where a `.git` file points. */
async function gitFolderAt(folder: string): Promise<string | undefined> {
  const dotGit = join(folder, '.git')
  const found = await stat(dotGit).catch(() => undefined)
  if (found === undefined) return undefined
  if (found.isDirectory()) return (await isThere(join(dotGit, 'HEAD'))) ? dotGit : undefined
  const pointer = /^gitdir: (.+?)\n*$/s.exec(await readFile(dotGit, 'utf8'))?.[1]
  return pointer === undefined ? undefined : realpath(resolve(folder, pointer))
}

const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  )

const readIfThere = (path: string) => readFile(path, 'utf8').catch(() => undefined)
