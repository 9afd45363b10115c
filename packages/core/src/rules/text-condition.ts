import { condition, type Condition } from './condition.ts'
import { textPattern } from './text-pattern.ts'

/** A condition on free text: like one of the patterns wanted, in which `*` stands for any characters. */
export function textCondition(
  name: 'agent' | 'branch' | 'endpoint' | 'repo',
  wanted: readonly string[],
): Condition {
  return condition({ name, wants: wanted.join(' or '), holds: textPattern(wanted) })
}
