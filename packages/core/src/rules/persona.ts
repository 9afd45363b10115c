import type { Condition } from './condition.ts'
import { nameCondition } from './name-condition.ts'

/** `persona`: the role the agent acts in. A role that the policy does not declare counts as absent. */
export const persona = (wanted: readonly string[]): Condition => nameCondition('persona', wanted)
