import { type Environment, runGit } from '../git/run-git.ts'
import type { Repository } from './repository.ts'

/** Where `PATH` is read. */
export interface CurrentBranchOptions {
  /** `GIT_*` in it is ignored. @default process.env */
  env?: Environment
}

/**
 * The branch that is checked out now; `undefined` when detached.
 *
 * @throws `git_failed` when git cannot be started.
 */
export async function currentBranch(
  { top, gitFolder }: Pick<Repository, 'top' | 'gitFolder'>,
  { env = process.env }: CurrentBranchOptions = {},
): Promise<string | undefined> {
  const ask = ['--git-dir', gitFolder, 'symbolic-ref', '--quiet', '--short', 'HEAD']
  const { code, stdout } = await runGit(ask, { cwd: top, env })
  return code === 0 ? stdout.toString().split('\n', 1)[0] || undefined : undefined
}
