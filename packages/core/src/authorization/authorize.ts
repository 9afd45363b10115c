import { sha256Hex } from '#sha256'
import canonicalize from 'canonicalize'
import type { FetchedGrants } from '../approval/approvals.ts'
import type { CallContext } from '../call/call-context.ts'
import { PolicyError } from '../errors/policy-error.ts'
import type { PolicyErrorCode } from '../errors/codes.ts'
import { type Coverage, type CoverFacts, coversCommand, coversWrite } from '../grant/covers.ts'
import type { VerifiedGrant } from '../grant/grant.ts'
import { readGrant } from '../grant/read-grant.ts'
import type { Digest } from '../hash/digest.ts'
import { issuedGrant } from '../ledger/issued-grant.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Policy } from '../policy/policy.ts'
import type { Act } from './act.ts'

/** Whether an act may go ahead, now and once. */
export type Authorization =
  | { type: 'authorized'; grant: VerifiedGrant }
  | { type: 'refused'; code: PolicyErrorCode; reason: string }

/** What an authorization is looked for with. */
export interface AuthorizeOptions extends FindAuthorizationOptions {
  /** Names this one run; never used again, else a second run would pass as the first. */
  callId: string
}

/** What {@link findAuthorization} looks with. */
interface FindAuthorizationOptions {
  policy: Policy
  ledger: Ledger
  /** Verifies a token; throws what `verifyGrant` throws. */
  verify: (token: string) => Promise<VerifiedGrant>
  /** Every grant token at hand. */
  tokens: readonly string[]
  /** Grants that lie elsewhere, asked for when none at hand does. */
  fetchGrants?: (() => Promise<FetchedGrants>) | undefined
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now: number
}

/**
 * Find a grant that covers exactly this act, and spend it.
 *
 * A policy that only observes authorizes nothing more: what is done cannot be undone by a record. When no grant covers, the refusal says
 * what kept the nearest one from it.
 *
 * @throws what the ledger throws: one that cannot say authorizes nothing.
 */
export function authorize(
  act: Act,
  context: CallContext,
  { callId, ...options }: AuthorizeOptions,
): Promise<Authorization> {
  return find(act, context, options, async (grant) => {
    const spent = await options.ledger.consume({
      ...issuedGrant(grant),
      callId,
      bodyDigest: actDigest(act),
      maxCalls: grant.authorization_details[0].max_calls,
      exp: grant.exp,
    })
    if (spent.type === 'refused') return spent.code
    return spent.replay ? 'grant_replayed' : undefined
  })
}

/**
 * The same without spending: whether the act could go ahead now. What runs it afterwards has to `authorize` it all the same, for the
 * grant may be spent meanwhile.
 *
 * @throws what the ledger throws.
 */
export function findAuthorization(
  act: Act,
  context: CallContext,
  options: FindAuthorizationOptions,
): Promise<Authorization> {
  return find(act, context, options, async (grant) => {
    const { used, revoked } = await options.ledger.usage(issuedGrant(grant))
    if (revoked) return 'grant_revoked'
    return used < grant.authorization_details[0].max_calls ? undefined : 'grant_spent'
  })
}

/** Uses a grant that covers; says what kept it from that, or nothing. */
type Use = (grant: VerifiedGrant) => Promise<keyof typeof useReasons | undefined>

async function find(
  act: Act,
  context: CallContext,
  options: FindAuthorizationOptions,
  use: Use,
): Promise<Authorization> {
  const { policy } = options
  const { safety } = policy.document
  const rule = act.type === 'command' ? 'shell' : 'productionWrite'
  if (safety[rule] === 'deny') {
    return refused(
      'authorization_denied',
      `the policy says safety.${rule}: deny, so nobody can authorize this`,
    )
  }
  const atHand = await findAmong(options.tokens, act, context, options, use)
  if (atHand.type === 'authorized' || options.fetchGrants === undefined) return atHand
  const { tokens, failure } = await options.fetchGrants()
  const fetched = await findAmong(tokens, act, context, options, use)
  if (fetched.type === 'authorized') return fetched
  const { code, reason } = fetched.code === 'authorization_missing' ? atHand : fetched
  return refused(code, failure === undefined ? reason : `${reason}; ${failure}`)
}

async function findAmong(
  tokens: readonly string[],
  act: Act,
  context: CallContext,
  options: FindAuthorizationOptions,
  use: Use,
): Promise<Authorization> {
  let nearest = refused('authorization_missing', `no grant at hand is for a ${act.type}`)
  for (const token of tokens) {
    const claims = await readGrant(token).catch(() => undefined)
    if (claims?.authorization_details[0].type !== act.type) continue
    const answer = await findUnder(token, act, context, options, use)
    if (answer.type === 'authorized') return answer
    // a grant for another command is further away than one for this command that is spent or expired
    if (nearest.code === 'authorization_missing' || nearest.code === 'grant_command') nearest = answer
  }
  return nearest
}

async function findUnder(
  token: string,
  act: Act,
  context: CallContext,
  { policy, verify, now }: FindAuthorizationOptions,
  use: Use,
): Promise<Authorization> {
  const grant = await verify(token).catch(refusalOf)
  if ('code' in grant) return grant
  const coverage = coverageOf(act, grant, context, { policy: policy.digest, now })
  if (!coverage.covered) return refused(coverage.code, coverage.reason)
  const code = await use(grant)
  return code === undefined ? { type: 'authorized', grant } : refused(code, useReasons[code])
}

/** SHA-256 over RFC 8785 of an act: what its spend and its entries in the log name. */
export function actDigest(act: Act): Digest {
  return `sha256:${sha256Hex(canonicalize(act) ?? '')}`
}

const coverageOf = (act: Act, grant: VerifiedGrant, context: CallContext, facts: CoverFacts): Coverage =>
  act.type === 'command'
    ? coversCommand(grant, act, context, facts)
    : coversWrite(grant, act.target, context, facts)

type Refused = Extract<Authorization, { type: 'refused' }>

const refused = (code: PolicyErrorCode, reason: string): Refused => ({ type: 'refused', code, reason })

function refusalOf(error: unknown): Refused {
  if (PolicyError.is(error)) return refused(error.code, error.message)
  throw error
}

const useReasons = {
  grant_spent: 'the grant is spent: it was for one time',
  grant_replayed: 'this run was authorized before',
  grant_revoked: 'the grant is revoked',
} as const
