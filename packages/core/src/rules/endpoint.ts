import type { Condition } from './condition.ts'
import { textCondition } from './text-condition.ts'

/** `endpoint`: the path below the API's base, such as `/responses`. */
export const endpoint = (wanted: readonly string[]): Condition => textCondition('endpoint', wanted)
