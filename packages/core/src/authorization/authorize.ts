import type { CallContext } from '../call/call-context.ts'
import type { PolicyErrorCode } from '../errors/codes.ts'
import { coversAct, uncovered } from '../grant/covers.ts'
import type { VerifiedGrant } from '../grant/grant.ts'
import { issuedGrant } from '../ledger/issued-grant.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { usedUp } from '../ledger/used-up.ts'
import { type Act, actDigest } from './act.ts'
import { findGrant, type FindGrantOptions } from './find-grant.ts'

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
export interface FindAuthorizationOptions extends FindGrantOptions {
  ledger: Ledger
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
  return find(act, context, options, async (grant) =>
    usedUp(grant, await options.ledger.usage(issuedGrant(grant))),
  )
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
  const looked = await findGrant<VerifiedGrant>(
    {
      wanted: act,
      context,
      async under(grant, measured) {
        const coverage = coversAct(grant, act, measured, { policy: policy.digest, now: options.now })
        if (!coverage.covered) return coverage
        const code = await use(grant)
        return code === undefined ? { covered: true, answer: grant } : uncovered(code, useReasons[code])
      },
    },
    options,
  )
  if (looked.found) return { type: 'authorized', grant: looked.answer }
  const { failure } = looked
  // a token that is no grant is not near to anything
  const nearest = looked.nearest?.code === 'grant_malformed' ? undefined : looked.nearest
  const { code, reason } = nearest ?? {
    code: 'authorization_missing',
    reason: `no grant at hand is for a ${act.type}`,
  }
  return refused(code, failure === undefined ? reason : `${reason}; ${failure}`)
}

type Refused = Extract<Authorization, { type: 'refused' }>

const refused = (code: PolicyErrorCode, reason: string): Refused => ({ type: 'refused', code, reason })

const useReasons = {
  grant_spent: 'the grant is spent: it was for one time',
  grant_replayed: 'this run was authorized before',
  grant_revoked: 'the grant is revoked',
} as const
