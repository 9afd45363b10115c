import type { Condition } from './condition.ts'
import { textCondition } from './text-condition.ts'

/** `agent`: who acts, such as `agent:refactor-bot`. */
export const agent = (wanted: readonly string[]): Condition => textCondition('agent', wanted)
