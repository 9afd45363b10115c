import { condition, type Condition, type Facts } from './condition.ts'

/**
 * A condition on a name that the policy declares: equal to one of those wanted. A claim of any other name counts as
 * absent, so that a misspelt or made-up one is no way round a rule.
 */
export function nameCondition(
  name: string,
  wanted: readonly string[],
  declared: ReadonlySet<string>,
  claim: (facts: Facts) => string | undefined,
): Condition {
  return condition({
    name,
    wants: wanted.join(' or '),
    read: (facts) => {
      const claimed = claim(facts)
      return claimed !== undefined && declared.has(claimed) ? claimed : undefined
    },
    holds: (fact) => wanted.includes(fact),
    claim,
  })
}
