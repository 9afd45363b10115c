import { condition, type Condition, type Facts } from './condition.ts'

/** A condition on a name out of a closed list: equal to one of those wanted. */
export function nameCondition(
  name: string,
  wanted: readonly string[],
  read: (facts: Facts) => string | undefined,
): Condition {
  return condition({ name, wants: wanted.join(' or '), read, holds: (fact) => wanted.includes(fact) })
}
