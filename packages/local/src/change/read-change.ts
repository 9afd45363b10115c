import { type Change, isManifest } from '@policy/core'
import { decodePath } from '../git/decode-path.ts'
import { type GitView, openGitView } from '../git/git-view.ts'
import { type DiffRow, parseDiff } from '../git/parse-diff.ts'
import type { Environment } from '../git/run-git.ts'
import type { Repository } from '../repository/repository.ts'
import { newDependencies } from './new-dependencies.ts'
import { resolveRange } from './resolve-range.ts'
import { copyIndex, treeOfWorkingTree } from './uncommitted.ts'

/** Which change `readChange` reads. */
export interface ReadChangeOptions {
  repository: Repository
  /** The revision the work is measured against, such as `origin/main`: the change starts at the merge base with it. */
  base: string
  /**
   * Where the change ends: a commit, what is staged (`index`), or everything as it lies on disk, untracked files included
   * (`working-tree`). A branch with one of these names is meant by `refs/heads/index`.
   *
   * @default 'working-tree'
   */
  head?: string
  /** Where `PATH` is read; `GIT_*` in it is ignored. @default process.env */
  env?: Environment
}

/**
 * The change between a merge base and a commit, the index or the working tree, as git counts it.
 *
 * Neither configuration, environment, attributes, replaced objects nor index flags can change the answer: git reads the
 * objects through a throw-away folder of ours, and writes nothing into the repository.
 *
 * @throws `history_incomplete` when a commit is missing, the clone is too shallow, or nothing is shared; `git_failed` when
 *   git does not answer.
 */
export async function readChange(options: ReadChangeOptions): Promise<Change> {
  const { repository, base, head = 'working-tree', env = process.env } = options
  const uncommitted = head === 'index' || head === 'working-tree'
  const range = await resolveRange(repository, base, uncommitted ? 'HEAD' : head, env)
  using view = openGitView(repository, range.head.length === 64 ? 'sha256' : 'sha1', env)
  const [rows, manifests] = await Promise.all([
    readRows(view, repository, range.mergeBase, uncommitted ? head : range.head),
    manifestsAt(view, range.mergeBase),
  ])
  return {
    base: range.mergeBase,
    head: uncommitted ? head : range.head,
    files: rows.map(({ file }) => file),
    manifests: [...new Set([...manifests, ...rows.flatMap(({ file }) => addedManifest(file.path))])],
    newDependencies: await newDependencies(view, rows),
  }
}

const counts = ['--raw', '--numstat', '-z', '--no-abbrev', '-M', '-l1000']
const diffOptions = [...counts, '--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=none']

async function readRows(
  view: GitView,
  { top, gitFolder }: Repository,
  base: string,
  head: string,
): Promise<DiffRow[]> {
  if (head === 'index') {
    await copyIndex(gitFolder, view)
    return parseDiff(await view.read(['diff-index', '--cached', ...diffOptions, base]))
  }
  const tree = head === 'working-tree' ? await treeOfWorkingTree(top, gitFolder, view) : head
  return parseDiff(await view.read(['diff-tree', '-r', ...diffOptions, base, tree]))
}

async function manifestsAt(view: GitView, commit: string): Promise<string[]> {
  const listing = await view.read(['ls-tree', '-r', '--name-only', '-z', commit])
  const names = listing.toString('latin1').split('\0')
  return names.filter(isManifest).map((name) => decodePath(Buffer.from(name, 'latin1')))
}

/** A manifest that the change may add. One at the top would fold all modules into one, so it counts only from the base on. */
const addedManifest = (path: string) => (isManifest(path) && path.includes('/') ? [path] : [])
