import type { Condition } from './condition.ts'
import { overCondition } from './over-condition.ts'

/** `changedFiles`: files changed so far, as measured. */
export const changedFiles = (limit: { over: number }): Condition => overCondition('changedFiles', limit)
