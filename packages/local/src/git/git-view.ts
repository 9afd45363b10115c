import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PolicyError } from '@policy/core'
import type { Repository } from '../repository/repository.ts'
import { missingObjects } from './missing-objects.ts'
import { type Environment, readGit, startGit } from './run-git.ts'

/** A throw-away git folder that sees a repository's objects and nothing else of it: no configuration, refs, hooks or grafts. */
export interface GitView extends Disposable {
  folder: string
  /** What git answers when it looks through the view; see `readGit`. Throws `history_incomplete` when objects are missing. */
  read(args: readonly string[], more?: ReadThroughOptions): Promise<Buffer>
  /** Start git looking through the view, for a conversation. */
  start(args: readonly string[]): ChildProcessWithoutNullStreams
}

/** What a reading through a view takes besides git's arguments. */
interface ReadThroughOptions {
  input?: string | Uint8Array
  /** A working tree to look at; without one git sees objects only. */
  workTree?: string
}

// The highest-ranking attributes there are: a change cannot mark its own files as not to be diffed, or pass them
// through a filter. Line endings and encodings stay as the tree says, because that is how its files are committed.
const attributes = '* !diff !filter\n'

// A file that sparse checkout hides, but that is there after all, is looked at (git 2.36 and newer).
const sha1Config = '[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tsparseCheckout = true\n'
const sha256Config = `${sha1Config.replace('= 0', '= 1')}[extensions]\n\tobjectFormat = sha256\n`

/**
 * Make a {@link GitView} of a repository. Disposing of it removes it.
 *
 * `objectFormat` is the repository's own, as `git rev-parse --show-object-format` tells it.
 */
export function openGitView(
  repository: Repository,
  objectFormat: 'sha1' | 'sha256',
  env: Environment,
): GitView {
  const folder = mkdtempSync(join(tmpdir(), 'model-policy-git-'))
  // A handful of tiny files: waiting for each of them in turn costs more than writing them.
  for (const name of ['refs', 'objects/info', 'info']) mkdirSync(join(folder, name), { recursive: true })
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
  write('HEAD', 'ref: refs/heads/none\n')
  write('objects/info/alternates', `${join(repository.commonFolder, 'objects')}\n`)
  write('info/attributes', attributes)
  write('config', objectFormat === 'sha256' ? sha256Config : sha1Config)
  return {
    folder,
    async read(args, { input, workTree } = {}) {
      try {
        return await readGit(args, {
          env,
          cwd: workTree ?? folder,
          git: { GIT_DIR: folder, ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }) },
          ...(input === undefined ? {} : { input }),
        })
      } catch (error) {
        throw lacksObjects(error) ? missingObjects(error) : error
      }
    },
    start: (args) => startGit(args, { env, cwd: folder, git: { GIT_DIR: folder } }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const lacksObjects = (error: unknown) =>
  PolicyError.is(error) && /unable to read|not a tree object/.test(error.message)
