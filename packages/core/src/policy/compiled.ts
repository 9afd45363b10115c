import { modelTables, type ModelTables } from '../models/model-tables.ts'
import { compileRules, declaredNames, type CompiledRule } from '../rules/compile-rules.ts'
import type { DeclaredNames, Facts } from '../rules/facts.ts'
import { ruleIndex, type OpenRule } from '../rules/rule-index.ts'
import type { Policy } from './policy.ts'

/** What a policy is turned into once, so that a decision is look-ups. */
export interface CompiledPolicy {
  models: ModelTables
  rules: readonly CompiledRule[]
  /** Those of the rules that facts can match. */
  rulesAbout: (facts: Facts) => readonly OpenRule[]
  declared: DeclaredNames
}

// Beside the policy rather than in it: a policy stays plain data that prints, compares and travels between threads.
const compiled = new WeakMap<Policy, CompiledPolicy>()

/** The compiled form of a policy, made at its first use. */
export function compiledOf(policy: Policy): CompiledPolicy {
  const known = compiled.get(policy)
  if (known) return known
  const { document } = policy
  const rules = compileRules(document.rules)
  const made = {
    models: modelTables(document.models),
    rules,
    rulesAbout: ruleIndex(rules),
    declared: declaredNames(document),
  }
  compiled.set(policy, made)
  return made
}
