import type { PolicyError } from '@policy/core'
import type { PullRequestEvidence } from './pull-request-evidence.ts'

/** One step of a merge queue's commit: a pull request, or a commit that is none's. */
export type QueuedChange =
  | {
      type: 'pull-request'
      pullRequest: PullRequestEvidence
      /** Whether the queue brings exactly the patch of the pull request's head. */
      samePatch: boolean
    }
  | { type: 'unknown'; commit: string }

/** What a verdict is made from. */
export type Evidence =
  | { type: 'pull-request'; pullRequest: PullRequestEvidence }
  | { type: 'merge-group'; changes: readonly QueuedChange[] }
  /** Something that no pull request stands behind: a push, a tag, a run by hand. */
  | { type: 'no-pull-request'; event: string }
  /** Not all facts could be had; nothing is judged on a part of them. */
  | { type: 'incomplete'; error: PolicyError }
