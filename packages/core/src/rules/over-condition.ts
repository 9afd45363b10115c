import { condition, type Condition } from './condition.ts'

/** A condition on a number: above a limit. What is not a number counts as above every limit. */
export function overCondition(
  name: 'changedFiles' | 'changedLines' | 'modules' | 'promptBytes',
  { over }: { over: number },
): Condition {
  return condition({ name, wants: `over ${over}`, holds: (fact) => !(fact <= over) })
}
