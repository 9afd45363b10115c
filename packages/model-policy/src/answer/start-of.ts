import { PolicyError } from '@policy/core'
import { openHistory } from '@policy/local'
import { measureWork, type Work } from '../workspace/measure-work.ts'
import type { Workspace } from '../workspace/open-workspace.ts'
import { fromFirstBase, protectedRefs } from '../workspace/usual-bases.ts'

/** Work that was done before the commit a grant counts from: no threshold and no path of the grant is held against it. */
export interface UncountedWork {
  /** The protected branch, as a full ref. */
  branch: string
  /** How many commits lie between the branch and where the grant counts from. */
  commits: number
  /** What they change. */
  between: Work
  /** All the work since the branch: what lies between, and what is counted. */
  whole: Work
}

/** Where a grant counts from, held against the first protected branch that this clone knows. */
export type Start =
  /** It counts all the work. */
  | { type: 'usual' }
  | ({ type: 'later' } & UncountedWork)
  /** This clone knows no protected branch that the work shares a commit with. */
  | { type: 'unknown' }

/** Hold the commit that a grant would count from against where work usually starts: the agent names that commit, so it may leave work out. */
export async function startOf(workspace: Workspace, from: string): Promise<Start> {
  const usual = await workSinceBranch(workspace)
  if (usual === undefined) return { type: 'unknown' }
  const { branch, whole } = usual
  using history = openHistory({ repository: workspace.repository })
  const commits = await history.commits(whole.base, from)
  if (commits.length === 0) return { type: 'usual' }
  const between = await measureWork(workspace, { base: whole.base, head: from })
  return { type: 'later', branch, commits: commits.length, between, whole }
}

async function workSinceBranch(workspace: Workspace): Promise<{ branch: string; whole: Work } | undefined> {
  try {
    return await fromFirstBase(protectedRefs(workspace.policy), async (branch) => ({
      branch,
      whole: await measureWork(workspace, { base: branch }),
    }))
  } catch (error) {
    if (PolicyError.is(error) && error.code === 'history_incomplete') return undefined
    throw error
  }
}
