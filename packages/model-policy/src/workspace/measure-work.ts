import { type FileChange, type MeasuredChange, measureChange } from '@policy/core'
import { readChange } from '@policy/local'
import type { Workspace } from './open-workspace.ts'
import { fromFirstBase, usualBases } from './usual-bases.ts'

/** The work so far: where it starts, and what it changes. */
export interface Work {
  /** The commit the work starts from. */
  base: string
  files: readonly FileChange[]
  measured: MeasuredChange
}

/** Between which states the work is measured. */
export interface MeasureWorkOptions {
  /** The revision the work is measured against. @default the first protected branch that this clone knows, else HEAD */
  base?: string
  /** A commit, `index` or `working-tree`. @default 'working-tree' */
  head?: string
}

/**
 * Measure the work in a repository against where it started.
 *
 * @throws `history_incomplete` when the history needed is not in this clone, `git_failed`.
 */
export async function measureWork(workspace: Workspace, options: MeasureWorkOptions = {}): Promise<Work> {
  const { repository, policy } = workspace
  const { head } = options
  const bases = options.base === undefined ? usualBases(policy) : [options.base]
  return fromFirstBase(bases, async (base) => {
    const change = await readChange({ repository, base, ...(head === undefined ? {} : { head }) })
    const files = change.files.flatMap((file) => withoutRequest(file, policy.document.escalation.file))
    return { base: change.base, files, measured: measureChange({ ...change, files }, policy) }
  })
}

/** The request for the work is no part of it, else asking would change what is asked; what was moved there from elsewhere is gone from there. */
function withoutRequest(file: FileChange, request: string): FileChange[] {
  const { from, ...moved } = file
  if (file.path !== request) return [file]
  if (from === undefined || from === request || file.status !== 'renamed') return []
  return [{ ...moved, path: from, status: 'deleted', added: 0 }]
}
