import type { Facts } from './facts.ts'

/** One condition of a rule: a fact, and when the fact satisfies it. */
export interface Condition {
  /** Its key under `when`, which is also the fact's. */
  name: keyof Facts
  /** What it asks for, as a person would say it. */
  wants: string
  /** Whether a fact that is there satisfies it. */
  holds(fact: unknown): boolean
  /** A fact that is there, as a person would say it. */
  show(fact: unknown): string
}

/** Make a condition of a fact. */
export function condition<Name extends keyof Facts>(parts: {
  name: Name
  wants: string
  holds: (fact: NonNullable<Facts[Name]>) => boolean
  show?: (fact: NonNullable<Facts[Name]>) => string
}): Condition {
  const { name, wants, holds, show = String } = parts
  // A condition is only ever given the fact of its own name: see `isSatisfied` and `seen`.
  return { name, wants, holds: holds as Condition['holds'], show: show as Condition['show'] }
}

/**
 * Whether a condition is satisfied.
 *
 * The one place that says: a fact that is absent (`undefined`) satisfies every condition, because rules only tighten.
 */
export function isSatisfied(condition: Condition, facts: Facts): boolean {
  const fact = facts[condition.name]
  return fact === undefined || condition.holds(fact)
}

/** What a condition saw, as a person would say it. */
export function seen({ name, show }: Condition, facts: Facts): string {
  const fact = facts[name]
  if (fact !== undefined) return `${name} ${show(fact)}`
  const claim = facts.undeclared?.[name]
  return claim === undefined
    ? `no known ${name}`
    : `${name} ${JSON.stringify(claim)}, which the policy does not declare`
}
