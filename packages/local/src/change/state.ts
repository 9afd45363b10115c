import { type GitView, openGitView } from '../git/git-view.ts'
import { type DiffRow, parseDiff } from '../git/parse-diff.ts'
import type { Environment } from '../git/run-git.ts'
import type { Repository } from '../repository/repository.ts'
import { type CommitRange, resolveCommit, resolveRange } from './resolve-range.ts'
import { copyIndex, treeOfWorkingTree } from './uncommitted.ts'

/** Between which states of a repository to look. */
export interface OpenStateOptions {
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

/** A state of a repository and the merge base it is compared with, as seen through a view. */
export interface RepositoryState extends Disposable {
  repository: Repository
  view: GitView
  /** The merge base, as a full commit id; of nothing, the empty tree's. */
  base: string
  /** A full commit id, `index` or `working-tree`. */
  head: string
}

/**
 * Open a state of a repository through a throw-away view. Disposing of it removes the view.
 *
 * @param options with `base: undefined` everything is compared with nothing.
 * @throws `history_incomplete` when a commit is missing, the clone is too shallow, or nothing is shared; `git_failed`.
 */
export async function openState(
  options: Omit<OpenStateOptions, 'base'> & { base: string | undefined },
): Promise<RepositoryState> {
  const { repository, base, head = 'working-tree', env = process.env } = options
  const uncommitted = head === 'index' || head === 'working-tree'
  const tip = uncommitted ? 'HEAD' : head
  const range =
    base === undefined
      ? await rangeOfEverything(repository, tip, env)
      : await resolveRange(repository, base, tip, env)
  const view = openGitView(repository, range.head.length === 64 ? 'sha256' : 'sha1', env)
  return {
    repository,
    view,
    base: range.mergeBase,
    head: uncommitted ? head : range.head,
    [Symbol.dispose]: () => view[Symbol.dispose](),
  }
}

async function rangeOfEverything(
  repository: Repository,
  tip: string,
  env: Environment,
): Promise<CommitRange> {
  const head = await resolveCommit(repository, tip, env)
  return { mergeBase: head.length === 64 ? emptyTree.sha256 : emptyTree.sha1, head }
}

// Git knows these without having them.
const emptyTree = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
}

const counts = ['--raw', '--numstat', '-z', '--no-abbrev', '-M', '-l1000']

/** What makes git's comparison the same whatever is configured or said by the files compared. */
export const diffOptions = ['--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=none']

/** The files that differ between a state and its base. */
export async function readRows(state: RepositoryState): Promise<DiffRow[]> {
  const { view, base, head, repository } = state
  if (head === 'index') {
    await copyIndex(repository.gitFolder, view)
    return parseDiff(await view.read(['diff-index', '--cached', ...counts, ...diffOptions, base]))
  }
  const tree = await treeOf(state)
  return parseDiff(await view.read(['diff-tree', '-r', ...counts, ...diffOptions, base, tree]))
}

/** What names the tree of a state; that of an uncommitted one is written into the view alone. */
export async function treeOf({
  view,
  head,
  repository: { top, gitFolder },
}: RepositoryState): Promise<string> {
  if (head === 'working-tree') return treeOfWorkingTree(top, gitFolder, view)
  if (head !== 'index') return head
  await copyIndex(gitFolder, view)
  return (await view.read(['write-tree'])).toString().trim()
}
