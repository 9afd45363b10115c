import type { Condition } from './condition.ts'
import { textCondition } from './text-condition.ts'

/** `branch`: the branch the work is on. */
export const branch = (wanted: readonly string[]): Condition => textCondition('branch', wanted)
