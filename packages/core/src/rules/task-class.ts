import type { Condition } from './condition.ts'
import { nameCondition } from './name-condition.ts'

/** `taskClass`: the kind of work claimed. A kind that the policy does not declare counts as absent. */
export const taskClass = (wanted: readonly string[]): Condition => nameCondition('taskClass', wanted)
