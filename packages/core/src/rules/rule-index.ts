import type { CompiledRule } from './compile-rules.ts'
import { isSatisfied } from './condition.ts'
import type { Facts } from './facts.ts'

/** The facts that are names out of a closed list, of which few combinations decide for every call. */
const named: ReadonlySet<keyof Facts> = new Set(['modelClass', 'taskClass', 'persona'] as const)

/** A rule that the names of a call leave open, with the conditions that are still to be tested. */
export interface OpenRule {
  rule: CompiledRule
  conditions: CompiledRule['conditions']
}

/**
 * The rules that facts can match, out of many: those whose conditions on declared names hold, in the policy's order.
 *
 * Sorted out once for each combination of names that is met, and kept, for there are few.
 */
export function ruleIndex(rules: readonly CompiledRule[]): (facts: Facts) => readonly OpenRule[] {
  type Name = string | undefined
  const known = new Map<Name, Map<Name, Map<Name, readonly OpenRule[]>>>()
  return function rulesAbout(facts) {
    const { modelClass, taskClass, persona } = facts
    const found = known.get(modelClass)?.get(taskClass)?.get(persona)
    if (found) return found
    const about = rules
      .filter(({ conditions }) => conditions.every((one) => !named.has(one.name) || isSatisfied(one, facts)))
      .map((rule) => ({ rule, conditions: rule.conditions.filter(({ name }) => !named.has(name)) }))
    const ofClass = known.get(modelClass) ?? new Map<Name, Map<Name, readonly OpenRule[]>>()
    const ofTask = ofClass.get(taskClass) ?? new Map<Name, readonly OpenRule[]>()
    known.set(modelClass, ofClass.set(taskClass, ofTask.set(persona, about)))
    return about
  }
}
