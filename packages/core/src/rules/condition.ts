import type { CallContext } from '../call/call-context.ts'
import type { ModelCall } from '../call/model-call.ts'
import type { ResolvedModel } from '../models/resolved-model.ts'

/** What a rule looks at: a call, what is known around it, and one of its models at a time. */
export interface Facts {
  call: ModelCall
  context: CallContext
  model: ResolvedModel
}

/** The names that a policy declares; a claim outside them says nothing. */
export interface DeclaredNames {
  personas: ReadonlySet<string>
  taskClasses: ReadonlySet<string>
}

/** One condition of a rule. */
export interface Condition {
  /** Its key under `when`. */
  name: string
  /** What it asks for, as a person would say it. */
  wants: string
  /** Whether it is satisfied, which an absent fact always does. */
  test(facts: Facts): boolean
  /** The fact as a person would say it. */
  saw(facts: Facts): string
  /** Whether the fact is there at all. */
  known(facts: Facts): boolean
}

/**
 * Make a condition from how to read its fact and when the fact satisfies it.
 *
 * The one place that says: a fact that is absent (`undefined`) satisfies the condition, because rules only tighten.
 */
export function condition<Fact>(parts: {
  name: string
  wants: string
  read: (facts: Facts) => Fact | undefined
  holds: (fact: Fact) => boolean
  show?: (fact: Fact) => string
  /** What was said in place of the fact, where it counts as absent for being no fact. */
  claim?: (facts: Facts) => string | undefined
}): Condition {
  const { name, wants, read, holds, show = String, claim } = parts
  return {
    name,
    wants,
    test(facts) {
      const fact = read(facts)
      return fact === undefined || holds(fact)
    },
    saw(facts) {
      const fact = read(facts)
      if (fact !== undefined) return `${name} ${show(fact)}`
      const claimed = claim?.(facts)
      return claimed
        ? `${name} ${JSON.stringify(claimed)}, which the policy does not declare`
        : `no known ${name}`
    },
    known: (facts) => read(facts) !== undefined,
  }
}
