import { PolicyError, classifyModel, type CallContext, type Decision, type ModelCall } from '@policy/core'
import { takePolicyHeaders } from '../request/policy-headers.ts'
import type { Refusal } from '../refusal/refusal.ts'
import { nothing } from '../request/nothing.ts'
import { readRequest, type OutgoingRequest, type ReadRequest } from '../request/read-request.ts'
import { ask } from './ask.ts'
import { layContexts } from './call-context.ts'
import { callAttributes, startedEntry, type CallFacts } from './entries.ts'
import type { Fetch } from './fetch.ts'
import type { GuardState } from './guard-state.ts'
import { startCall, type LogicalCall } from './logical-call.ts'
import { denial, factsOf, failure, refuse } from './refuse.ts'

/** One request on its way through the guard. */
export interface Sending {
  input: string | URL | Request
  init: RequestInit | undefined
  next: Fetch
  /** The call this request is an attempt of, where the SDK's layers bound one. */
  bound: LogicalCall | undefined
  /** The context for a request that nothing is bound to. */
  context: CallContext
  /** The undici dispatcher the client was made with. */
  dispatcher: unknown
}

/** What became of a request before it left. */
export type Prepared =
  | { type: 'refused'; refusal: Refusal }
  | { type: 'plain'; outgoing: OutgoingRequest }
  | { type: 'call'; outgoing: OutgoingRequest; logical: LogicalCall }

/** Read, decide, spend and record one request; a fault on the way is a refusal with its own code. */
export async function prepareCall(state: GuardState, sending: Sending): Promise<Prepared> {
  let logical = sending.bound ?? startCall(state.randomId(), sending.context, false)
  let context = logical.context
  let call = nothing
  try {
    if (state.closed)
      throw new PolicyError('guard_closed', 'The guard is closed.', { remedy: 'Make a new guard.' })
    const { url, init, headers } = await finalRequest(sending)
    context = layContexts(context, takePolicyHeaders(headers))
    const read = await readRequest(url, init, headers, { dispatcher: sending.dispatcher })
    if (read.type === 'plain') return read
    call = read.call
    // An attempt belongs to its call only while that call can be retried, with the same bytes; anything else is a call of its own.
    if (logical.attempts > 0 && !(logical.retryable && logical.bodyDigest === call.bodyDigest)) {
      logical = startCall(state.randomId(), logical.context, false)
    }
    return await decideAndRecord(state, logical, read, context)
  } catch (error) {
    const decision = failure(error)
    return {
      type: 'refused',
      refusal: await refuse(state, factsOf(state, logical, call, context, decision), decision),
    }
  }
}

/** The request as `fetch` would see it: a `Request` taken apart, its body read. */
async function finalRequest({
  input,
  init,
}: Sending): Promise<{ url: string; init: RequestInit; headers: Headers }> {
  if (!(input instanceof Request))
    return { url: String(input), init: init ?? {}, headers: new Headers(init?.headers) }
  const request = new Request(input, init)
  const { method, signal, redirect, headers } = request
  const body = request.body === null ? {} : { body: await request.arrayBuffer() }
  return {
    url: request.url,
    init: { ...init, method, signal, redirect, ...body },
    headers: new Headers(headers),
  }
}

async function decideAndRecord(
  state: GuardState,
  logical: LogicalCall,
  read: Exclude<ReadRequest, { type: 'plain' }>,
  context: CallContext,
): Promise<Prepared> {
  const { call, outgoing } = read
  const decision =
    read.type === 'unclear'
      ? unclearDecision(read)
      : (aliasDecision(state, call) ?? (await decideCall(state, logical, call, context)))
  state.announce(decision, { callId: logical.id, call, context })
  const facts = factsOf(state, logical, call, context, decision)
  if (decision.type !== 'allow') {
    const refusal = await refuse(state, facts, decision)
    if (!state.observing) return { type: 'refused', refusal }
  } else if (decision.audit === 'full' && logical.attempts === 0) {
    await recordStart(state, facts, decision)
  }
  logical.attributes ??= callAttributes(facts)
  logical.bodyDigest = call.bodyDigest
  return { type: 'call', outgoing, logical }
}

function decideCall(
  state: GuardState,
  logical: LogicalCall,
  call: ModelCall,
  context: CallContext,
): Promise<Decision> {
  return ask(call, context, state.askOptions(), async (grant) => {
    const spent = await state.ledger.consume({
      jti: grant.jti,
      callId: logical.id,
      bodyDigest: call.bodyDigest,
      maxCalls: grant.authorization_details[0].max_calls,
      exp: grant.exp,
      issued: { kid: grant.kid, escalation: grant.approval.escalation, iat: grant.iat },
    })
    return spent.type === 'spent' ? undefined : spent.code
  })
}

/** A provider does not know the policy's own names; by now the body is final, so an alias can only be refused. */
function aliasDecision(state: GuardState, call: ModelCall): Decision | undefined {
  const alias = call.models
    .map((name) => classifyModel(state.policy, name))
    .find(({ match }) => match === 'alias')
  return (
    alias &&
    denial({
      code: 'model_alias',
      reason: `${alias.asked} is the policy's name for ${alias.id}, which the provider does not know`,
      saw: `the name ${alias.asked}`,
      remedy: `Ask for ${alias.id}.`,
      models: [alias],
    })
  )
}

const unclearDecision = ({
  code,
  reason,
  remedy,
  call,
}: Extract<ReadRequest, { type: 'unclear' }>): Decision =>
  denial({ code, reason, remedy, saw: `a request to ${call.endpoint}` })

async function recordStart(
  state: GuardState,
  facts: CallFacts,
  decision: Extract<Decision, { type: 'allow' }>,
): Promise<void> {
  const entry = startedEntry(facts, decision)
  // Only a model that is open to all may run unrecorded, and then the loss is counted.
  if (decision.model.access === 'open') return state.recordOrCount(entry)
  try {
    await state.audit.record(entry)
  } catch (cause) {
    throw new PolicyError('audit_failed', 'The audit log did not take the entry of this call.', {
      cause,
      remedy: 'Mend the log, then call again: a call of this class leaves only once it is recorded.',
    })
  }
}
