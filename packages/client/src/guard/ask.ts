import { type Measure, withMeasured } from './measured-context.ts'
import type { Spending } from './spend.ts'
import {
  PolicyError,
  decide,
  type CallContext,
  type Decision,
  type ModelCall,
  type Policy,
  type PolicyErrorCode,
  type VerifiedGrant,
} from '@policy/core'

/** What asking needs of the guard. */
export interface AskOptions {
  policy: Policy
  /** Verifies a token; throws what `verifyGrant` throws. */
  verify: (token: string) => Promise<VerifiedGrant>
  /** Measures the work since a commit, where there is somebody who can. */
  measure: Measure | undefined
  /** Every grant token at hand. */
  tokens: () => Promise<readonly string[]>
  now: number
}

/**
 * Decide one call; where a grant would change the answer, under the first grant at hand that covers it and is not used up.
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
  let nearest: Shortfall | undefined
  for (const token of await options.tokens()) {
    const under = await askUnder(token)
    if ('type' in under) return under
    if (nearest === undefined || nearness(under.code) < nearness(nearest.code)) nearest = under
  }
  if (nearest === undefined) return decision
  return {
    ...decision,
    code: nearest.code,
    reason: `${decision.reason}; the nearest grant at hand does not do: ${nearest.reason}`,
  }

  async function askUnder(token: string): Promise<Decision | Shortfall> {
    try {
      const grant = await options.verify(token)
      // the grant says from where its work counts; where the agent would start counting does not matter
      const change = await options.measure?.(grant.approval.base)
      const measured = change === undefined ? context : withMeasured(context, change)
      const under = decide(policy, call, measured, { now, grant })
      if (under.type === 'deny') return under
      if (under.type === 'escalate') return { code: under.code, reason: under.reason }
      if (under.grant === undefined) return under
      const refused = await spending(under.grant)
      return refused === undefined ? under : { code: refused, reason: spendReasons[refused] ?? refused }
    } catch (error) {
      // A ledger that cannot say is not a grant that does not fit.
      if (!PolicyError.is(error) || (!error.code.startsWith('grant_') && !error.code.startsWith('approval_')))
        throw error
      return { code: error.code, reason: error.message }
    }
  }
}

/** What kept a grant from covering a call. */
interface Shortfall {
  code: PolicyErrorCode
  reason: string
}

const spendReasons: Partial<Record<PolicyErrorCode, string>> = {
  grant_spent: 'every call of the grant is spent',
  grant_replayed: 'this call was already spent on another request',
  grant_revoked: 'the grant is revoked',
}

/** From the grant that nearly covered to the token that is none: the order in which a shortfall is worth telling. */
const byNearness: readonly PolicyErrorCode[] = [
  'grant_spent',
  'grant_replayed',
  'grant_revoked',
  'grant_path',
  'grant_policy',
  'grant_escalation',
  'grant_expired',
  'grant_not_yet_valid',
  'grant_agent_key',
  'grant_agent',
  'grant_persona',
  'grant_model',
  'grant_task',
]

const nearness = (code: PolicyErrorCode): number => {
  const at = byNearness.indexOf(code)
  return at < 0 ? byNearness.length : at
}
