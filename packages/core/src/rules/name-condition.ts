import { condition, type Condition } from './condition.ts'

/** A condition on a name out of a closed list: equal to one of those wanted. */
export function nameCondition(
  name: 'modelClass' | 'persona' | 'taskClass',
  wanted: readonly string[],
): Condition {
  return condition({ name, wants: wanted.join(' or '), holds: (fact) => wanted.includes(fact) })
}
