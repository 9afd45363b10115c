import type { Condition } from './condition.ts'
import { overCondition } from './over-condition.ts'

/** `changedLines`: lines added and deleted so far, as measured. */
export const changedLines = (limit: { over: number }): Condition => overCondition('changedLines', limit)
