import type { Condition } from './condition.ts'
import { overCondition } from './over-condition.ts'

/** `promptBytes`: the length of the request's body. */
export const promptBytes = (limit: { over: number }): Condition => overCondition('promptBytes', limit)
