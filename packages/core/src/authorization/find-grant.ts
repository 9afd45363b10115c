import type { FetchedGrants } from '../approval/approvals.ts'
import type { CallContext } from '../call/call-context.ts'
import { withMeasured } from '../call/with-measured.ts'
import type { MeasuredChange } from '../change/measured-change.ts'
import type { PolicyErrorCode } from '../errors/codes.ts'
import { PolicyError } from '../errors/policy-error.ts'
import { shortfalls, type Uncovered, uncovered } from '../grant/covers.ts'
import type { VerifiedGrant } from '../grant/grant.ts'
import { readGrant } from '../grant/read-grant.ts'
import type { ResolvedModel } from '../models/resolved-model.ts'
import type { Policy } from '../policy/policy.ts'
import type { Act } from './act.ts'

/** Where grants are looked for, and what they are held against. */
export interface FindGrantOptions {
  policy: Policy
  /** Every grant token at hand. */
  tokens: readonly string[]
  /** Grants that lie elsewhere, asked for when none at hand does. */
  fetchGrants?: (() => Promise<FetchedGrants>) | undefined
  /** Verifies a token; throws what `verifyGrant` throws. */
  verify: (token: string) => Promise<VerifiedGrant>
  /**
   * Measures the work since a commit, where there is somebody who can. A grant reaches the work since the commit that it names; what the context
   * says of paths then only adds to it.
   */
  measure?: ((base: string) => Promise<MeasuredChange>) | undefined
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now: number
}

/** What a grant is looked for. */
export interface GrantSearch<Answer> {
  /** The act, or models that a grant has to name whatever is measured; others may come to light under it. */
  wanted: Act | readonly ResolvedModel[]
  /** Who asks, for which work. */
  context: CallContext
  /** What there is to say under a verified grant, which it uses where that takes a use; the context has the work measured. */
  under: (grant: VerifiedGrant, context: CallContext) => Promise<UnderGrant<Answer>>
}

/** What a verified grant gives. */
export type UnderGrant<Answer> = { covered: true; answer: Answer } | Uncovered

/** What was found; else what kept the nearest grant from it, and why grants that lie elsewhere could not be asked for. */
export type FoundGrant<Answer> =
  | { found: true; answer: Answer }
  | { found: false; nearest: Omit<Uncovered, 'covered'> | undefined; failure: string | undefined }

/**
 * Go through the grants at hand, and only when none does through those that lie elsewhere, to the first under which there is an answer.
 *
 * What a token claims is looked at first: only one whose claims fit is verified, and only then is the work measured, once for each
 * commit that grants name. The nearest grant is the one that the fewest facts keep from covering, whichever is looked at first.
 *
 * @throws what `under` throws, and what `measure` throws where no grant covers: who cannot say is no grant that does not fit.
 */
export async function findGrant<Answer>(
  search: GrantSearch<Answer>,
  options: FindGrantOptions,
): Promise<FoundGrant<Answer>> {
  const { policy, now, verify, measure } = options
  const { wanted, context } = search
  const type = 'type' in wanted ? wanted.type : 'model_call'
  const measurements = new Map<string, Promise<MeasuredChange>>()
  let nearest: Refused | undefined
  let fault: { error: unknown } | undefined

  const atHand = await answerUnderOne(options.tokens)
  if (atHand) return { found: true, answer: atHand.answer }
  const { tokens, failure } = (await options.fetchGrants?.()) ?? { tokens: [] }
  const fetched = await answerUnderOne(tokens.filter((token) => !options.tokens.includes(token)))
  if (fetched) return { found: true, answer: fetched.answer }
  if (fault) throw fault.error
  return { found: false, nearest: nearest && (await tell(nearest)), failure }

  async function answerUnderOne(candidates: readonly string[]): Promise<{ answer: Answer } | undefined> {
    for (const token of candidates) {
      const held = await holdAgainst(token)
      if (held === undefined) continue
      if ('answer' in held) return held
      if (nearest === undefined || isNearer(held, nearest)) nearest = held
    }
    return undefined
  }

  async function holdAgainst(token: string): Promise<{ answer: Answer } | Refused | undefined> {
    const claims = await readGrant(token).catch(refusalOf)
    if ('code' in claims) return { token, short: [claims], facts: Infinity }
    if (claims.authorization_details[0].type !== type) return undefined
    const [first, ...others] = shortfalls(claims, wanted, context, { policy: policy.digest, now })
    if (first) return { token, short: [first, ...others], facts: others.length + 1 }
    const grant = await verify(token).catch(refusalOf)
    if ('code' in grant) return { token, short: [grant], facts: 1 }
    let change: MeasuredChange | undefined
    try {
      change = await measured(grant.approval.base)
    } catch (error) {
      // a commit that is gone from this clone says nothing of the other grants
      fault ??= { error }
      return undefined
    }
    const held = await search.under(grant, change ? withMeasured(context, change) : context)
    return held.covered ? held : { token, short: [held], facts: 1 }
  }

  /** What is said of a refused token: that it does not verify before all that it claims; an expired one is not worth asking. */
  async function tell({ token, short }: Refused): Promise<Omit<Uncovered, 'covered'>> {
    const isExpired = short.some(({ code }) => code === 'grant_expired')
    const refusal = isExpired ? undefined : await verify(token).then(() => undefined, refusalOf)
    const all = refusal ? [refusal, ...short.filter(({ code }) => code !== refusal.code)] : short
    const reason = all.map((one) => one.reason).join('; and ')
    return { code: (refusal ?? short[0]).code, reason }
  }

  function measured(base: string): Promise<MeasuredChange> | undefined {
    const known = measurements.get(base)
    if (known || measure === undefined) return known
    const measuring = measure(base)
    measurements.set(base, measuring)
    return measuring
  }
}

/** A token that is refused, by its own fault; that keys cannot be read is not one. */
function refusalOf(error: unknown): Uncovered {
  const isOfToken = PolicyError.is(error) && /^(?:grant|approval)_/.test(error.code)
  if (isOfToken) return uncovered(error.code, error.message)
  throw error
}

/** A token that does not do, with everything known that keeps it from that. */
interface Refused {
  token: string
  short: readonly [Uncovered, ...Uncovered[]]
  /** How many facts do. */
  facts: number
}

const isNearer = (one: Refused, other: Refused) =>
  distance(one) === distance(other) ? rank(one) < rank(other) : distance(one) < distance(other)

// a grant for another command or target is further away than any for this one
const distance = ({ short, facts }: Refused) =>
  short.some(({ code }) => code === 'grant_command') ? facts + byNearness.length : facts

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

const rank = ({ short: [{ code }] }: Refused): number => {
  const at = byNearness.indexOf(code)
  return at < 0 ? byNearness.length : at
}
