import type { Finding } from '../decision/finding.ts'
import type { CompiledRule } from './compile-rules.ts'
import { isSatisfied, seen } from './condition.ts'
import type { Facts } from './facts.ts'

/** What a rule says when every one of its conditions holds. */
export function ruleMatched({ id, then, because, conditions }: CompiledRule, facts: Facts): Finding {
  const finding: Finding = {
    rule: id,
    effect: then,
    code: then === 'deny' ? 'rule_denied' : 'rule_escalated',
    saw: conditions.length === 0 ? 'every call' : conditions.map((one) => seen(one, facts)).join(', '),
    reason: because,
  }
  if (conditions.every(({ name }) => facts[name] !== undefined)) return finding
  const unknown = conditions.map(({ name }) => name).filter((name) => facts[name] === undefined)
  return { ...finding, remedy: `say ${unknown.join(' and ')}: what is not known counts against the call` }
}

/** What a rule says when one of its conditions does not hold: which, and what the rule is about. */
export function ruleUnmatched({ id, then, because, conditions }: CompiledRule, facts: Facts): Finding {
  const unmet = conditions.filter((condition) => !isSatisfied(condition, facts))
  const about = unmet.map(({ name, wants }) => `${name} ${wants}`).join(' and ')
  return {
    rule: id,
    effect: 'none',
    saw: unmet.map((condition) => seen(condition, facts)).join(', '),
    reason: `does not match: it is about ${about}`,
    remedy: `with ${about} it would ${then}: ${because}`,
  }
}

/** What is said of a rule that could not be evaluated: it counts as matched, and as a `deny`. */
export function ruleFailed(rule: string, saw: string, error: unknown): Finding {
  return {
    rule,
    effect: 'deny',
    code: 'rule_failed',
    saw,
    reason: `it could not be judged: ${error instanceof Error ? error.message : String(error)}`,
    remedy: 'report this: a rule of a valid policy does not fail',
  }
}
