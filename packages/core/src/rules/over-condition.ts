import { condition, type Condition, type Facts } from './condition.ts'

/** A condition on a number: above a limit. What is not a number counts as above every limit. */
export function overCondition(
  name: string,
  { over }: { over: number },
  read: (facts: Facts) => number | undefined,
): Condition {
  return condition({ name, wants: `over ${over}`, read, holds: (fact) => !(fact <= over) })
}
