import {
  covers,
  decide,
  findGrant,
  policyErrorCodes,
  type CallContext,
  type Decision,
  type FindGrantOptions,
  type ModelCall,
  uncovered,
} from '@policy/core'
import type { Spending } from './spend.ts'

/** What asking needs of the guard. */
export interface AskOptions extends Omit<FindGrantOptions, 'tokens'> {
  /** Every grant token at hand. */
  tokens: () => Promise<readonly string[]>
}

/**
 * Decide one call; where a grant would change the answer, under the first grant that covers it and is not used up: of those at hand, and
 * only when none of them does, of those that lie elsewhere.
 *
 * `spending` spends one call of a grant, or only looks whether one is left. When no grant covers, the decision carries what kept
 * the nearest one from it.
 */
export async function ask(
  call: ModelCall,
  context: CallContext,
  options: AskOptions,
  spending: Spending,
): Promise<Decision> {
  const { policy, now } = options
  const decision = decide(policy, call, context, { now })
  if (decision.type !== 'escalate') return decision
  const { models } = decision
  const looked = await findGrant<Decision>(
    {
      // which of the open ones a rule keeps back may depend on what is measured
      wanted: models.filter(({ access }) => access !== 'open'),
      context,
      async under(grant, measured) {
        const under = decide(policy, call, measured, { now, grant })
        if (under.type === 'deny') return { covered: true, answer: under }
        if (under.type === 'escalate') return uncovered(under.code, under.reason)
        // where no rule asks for a grant any more, counted from where this one starts, it has to cover what was asked all the same
        if (under.grant === undefined) {
          const coverage = covers(grant, models, measured, { policy: policy.digest, now })
          if (!coverage.covered) return coverage
        }
        const spent = await spending(grant)
        return spent === undefined
          ? { covered: true, answer: { ...under, audit: 'full', grant } }
          : uncovered(spent, policyErrorCodes[spent])
      },
    },
    { ...options, tokens: await options.tokens() },
  )
  if (looked.found) return looked.answer
  const { nearest, failure } = looked
  const reasons = [
    decision.reason,
    ...(nearest === undefined ? [] : [`the nearest grant at hand does not do: ${nearest.reason}`]),
    ...(failure === undefined ? [] : [failure]),
  ]
  return { ...decision, code: nearest?.code ?? decision.code, reason: reasons.join('; ') }
}
