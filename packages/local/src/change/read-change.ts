import { type Change, isManifest } from '@policy/core'
import { decodePath } from '../git/decode-path.ts'
import type { GitView } from '../git/git-view.ts'
import { newDependencies } from './new-dependencies.ts'
import { openState, type OpenStateOptions, readRows } from './state.ts'

/** Which change `readChange` reads. */
export type ReadChangeOptions = OpenStateOptions

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
  using state = await openState(options)
  const { view, base, head } = state
  const [rows, manifests] = await Promise.all([readRows(state), manifestsAt(view, base)])
  return {
    base,
    head,
    files: rows.map(({ file }) => file),
    manifests: [...new Set([...manifests, ...rows.flatMap(({ file }) => addedManifest(file.path))])],
    newDependencies: await newDependencies(view, rows),
  }
}

async function manifestsAt(view: GitView, commit: string): Promise<string[]> {
  const listing = await view.read(['ls-tree', '-r', '--name-only', '-z', commit])
  const names = listing.toString('latin1').split('\0')
  return names.filter(isManifest).map((name) => decodePath(Buffer.from(name, 'latin1')))
}

/** A manifest that the change may add. One at the top would fold all modules into one, so it counts only from the base on. */
const addedManifest = (path: string) => (isManifest(path) && path.includes('/') ? [path] : [])
