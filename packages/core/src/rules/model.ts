import { fold } from '../models/fold.ts'
import { condition, type Condition } from './condition.ts'
import { textPattern } from './text-pattern.ts'

/** `model`: the model, by the name asked for or by the provider's id. */
export function model(wanted: readonly string[]): Condition {
  const isWanted = textPattern(wanted)
  return condition({
    name: 'model',
    wants: wanted.join(' or '),
    holds: (names) => names.some((name) => isWanted(fold(name))),
    show: (names) => names.join(' as '),
  })
}
