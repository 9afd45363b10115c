import type { Condition } from './condition.ts'
import { nameCondition } from './name-condition.ts'

/** `modelClass`: the class of the model asked for. An unknown model counts as of every class. */
export const modelClass = (wanted: readonly string[]): Condition => nameCondition('modelClass', wanted)
