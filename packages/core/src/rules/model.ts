import type { Condition } from './condition.ts'
import { textCondition } from './text-condition.ts'

/** `model`: the model, by the name asked for or by the provider's id. */
export const model = (wanted: readonly string[]): Condition =>
  textCondition('model', wanted, ({ model }) => [model.asked, model.id])
