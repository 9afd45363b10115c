import { type Measure, withMeasured } from './measured-context.ts'
import type { Spending } from './spend.ts'
import {
  PolicyError,
  decide,
  type CallContext,
  type Decision,
  type FetchedGrants,
  type ModelCall,
  type Policy,
  type PolicyErrorCode,
  readGrant,
  shortfalls,
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
  /** Grants that lie elsewhere, where somebody can look for them. */
  fetchGrants: (() => Promise<FetchedGrants>) | undefined
  now: number
}

/**
 * Decide one call; where a grant would change the answer, under the first grant that covers it and is not used up: of those at hand, and
 * only when none of them does, of those that lie elsewhere.
 *
 * `spending` spends one call of a grant, or only looks whether one is left. When no grant covers, the decision carries what kept
 * the nearest one from it: the one that the fewest facts keep, whichever is looked at first.
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
  let nearest: Shortfall | undefined
  const atHand = await options.tokens()
  const underOne = await askUnderOne(atHand)
  if (underOne) return underOne
  const { tokens, failure } = (await options.fetchGrants?.()) ?? { tokens: [] }
  const underFetched = await askUnderOne(tokens.filter((token) => !atHand.includes(token)))
  if (underFetched) return underFetched
  const reasons = [
    decision.reason,
    ...(nearest === undefined ? [] : [`the nearest grant at hand does not do: ${nearest.reason}`]),
    ...(failure === undefined ? [] : [failure]),
  ]
  return { ...decision, code: nearest?.code ?? decision.code, reason: reasons.join('; ') }

  async function askUnderOne(candidates: readonly string[]): Promise<Decision | undefined> {
    for (const token of candidates) {
      const under = await askUnder(token)
      if ('type' in under) return under
      const shortfall = await allOf(under, token)
      if (nearest === undefined || isNearer(shortfall, nearest)) nearest = shortfall
    }
    return undefined
  }

  /** What else besides its first refusal keeps a grant from covering. */
  async function allOf({ code, reason, measured }: Refused, token: string): Promise<Shortfall> {
    const claims = await readGrant(token).catch(() => undefined)
    if (claims === undefined) return { code, reason, facts: Infinity }
    const gated = models.filter(({ access }) => access !== 'open')
    const asked = gated.length > 0 ? gated : models
    const all = shortfalls(claims, asked, measured ?? context, { policy: policy.digest, now })
    // a grant that does not verify is not worth measuring the work for, so nothing is said of its paths
    const others = all.filter((one) => one.code !== code && (measured || one.code !== 'grant_path'))
    return {
      code,
      reason: [reason, ...others.map((one) => one.reason)].join('; and '),
      facts: others.length + 1,
    }
  }

  async function askUnder(token: string): Promise<Decision | Refused> {
    let measured: CallContext | undefined
    try {
      const grant = await options.verify(token)
      // the grant says from where its work counts; where the agent would start counting does not matter
      const change = await options.measure?.(grant.approval.base)
      measured = change === undefined ? context : withMeasured(context, change)
      const under = decide(policy, call, measured, { now, grant })
      if (under.type === 'deny') return under
      if (under.type === 'escalate') return { code: under.code, reason: under.reason, measured }
      if (under.grant === undefined) return under
      const refused = await spending(under.grant)
      return refused === undefined
        ? under
        : { code: refused, reason: spendReasons[refused] ?? refused, measured }
    } catch (error) {
      // A ledger that cannot say is not a grant that does not fit.
      if (!PolicyError.is(error) || (!error.code.startsWith('grant_') && !error.code.startsWith('approval_')))
        throw error
      return { code: error.code, reason: error.message, measured }
    }
  }
}

/** What a grant was refused for first. */
interface Refused {
  code: PolicyErrorCode
  reason: string
  /** The call's context with the work measured from the grant's base, where it came to that. */
  measured?: CallContext | undefined
}

/** Everything that kept a grant from covering a call. */
interface Shortfall extends Refused {
  /** How many facts did. */
  facts: number
}

const isNearer = (one: Shortfall, other: Shortfall) =>
  one.facts === other.facts ? nearness(one.code) < nearness(other.code) : one.facts < other.facts

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
