import type { Condition } from './condition.ts'
import { overCondition } from './over-condition.ts'

/** `modules`: modules the change reaches so far, as measured. */
export const modules = (limit: { over: number }): Condition => overCondition('modules', limit)
