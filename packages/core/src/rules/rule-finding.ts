import type { Finding } from '../decision/finding.ts'
import type { CompiledRule } from './compile-rules.ts'
import type { Facts } from './condition.ts'

/** What a rule says when every one of its conditions holds. */
export function ruleMatched({ id, then, because, conditions }: CompiledRule, facts: Facts): Finding {
  const unknown = conditions.filter((condition) => !condition.known(facts))
  return {
    rule: id,
    effect: then,
    code: then === 'deny' ? 'rule_denied' : 'rule_escalated',
    saw: conditions.map((condition) => condition.saw(facts)).join(', ') || 'every call',
    reason: because,
    ...(unknown.length === 0
      ? {}
      : {
          remedy: `say ${unknown.map(({ name }) => name).join(' and ')}: what is not known counts against the call`,
        }),
  }
}

/** What a rule says when one of its conditions does not hold: which, and what it would have asked for. */
export function ruleUnmatched({ id, then, because, conditions }: CompiledRule, facts: Facts): Finding {
  const unmet = conditions.find((condition) => !condition.test(facts))
  return {
    rule: id,
    effect: 'none',
    saw: unmet?.saw(facts) ?? 'nothing',
    reason: unmet ? `does not match: it is about ${unmet.name} ${unmet.wants}` : 'does not match',
    remedy: `if it matched it would ${then}: ${because}`,
  }
}
