import { isDeepStrictEqual } from 'node:util'
import { PolicyError, classifyModel, type CallContext, type Decision, type ModelCall } from '@policy/core'
import type { Refusal } from '../refusal/refusal.ts'
import type { BatchFile } from '../request/batch-file.ts'
import { nothing } from '../request/nothing.ts'
import { takePolicyHeaders } from '../request/policy-headers.ts'
import type { OutgoingRequest } from '../request/outgoing-request.ts'
import { readRequest, type ReadRequest } from '../request/read-request.ts'
import type { UnclearRequest } from '../request/unclear-request.ts'
import { ask } from './ask.ts'
import { layContexts } from './call-context.ts'
import { measuredContext } from './measured-context.ts'
import { onBranch } from './on-branch.ts'
import { callAttributes, startedEntry, type CallFacts } from './entries.ts'
import type { Fetch } from './fetch.ts'
import type { GuardState } from './guard-state.ts'
import { startCall, type Attempt, type LogicalCall } from './logical-call.ts'
import { denial, factsOf, failure, refuse } from './refuse.ts'
import { look, spend } from './spend.ts'

/** One request on its way through the guard. */
export interface Sending {
  input: string | URL | Request
  init: RequestInit | undefined
  next: Fetch
  /** The call this request is an attempt of. */
  call: LogicalCall
  /** The undici dispatcher the client was made with. */
  dispatcher: unknown
}

/** What became of a request before it left. */
export type Prepared =
  | { type: 'refused'; refusal: Refusal }
  | { type: 'plain'; outgoing: OutgoingRequest; endpoint: string }
  | { type: 'batch-file'; outgoing: OutgoingRequest; file: BatchFile }
  | { type: 'call'; outgoing: OutgoingRequest; logical: LogicalCall }

/** Read, decide, spend and record one request; a fault on the way is a refusal with its own code. */
export async function prepareCall(state: GuardState, sending: Sending): Promise<Prepared> {
  const { call: logical } = sending
  const progress: Progress = { logical, context: logical.context, call: nothing, outgoing: undefined }
  try {
    if (state.closed)
      throw new PolicyError('guard_closed', 'the guard is closed', { remedy: 'Make a new guard.' })
    return await decideRequest(state, sending, progress)
  } catch (error) {
    const { call, outgoing } = progress
    const decision = failure(error)
    const facts = factsOf(state, { ...progress, body: outgoing?.init.body }, decision)
    const refusal = await refuse(state, facts, decision)
    if (state.observing && outgoing) return { type: 'plain', outgoing, endpoint: call.endpoint }
    return { type: 'refused', refusal }
  }
}

/** How far a request has come, so that a fault on the way can be told with what is known. */
interface Progress {
  logical: LogicalCall
  context: CallContext
  call: ModelCall
  outgoing: OutgoingRequest | undefined
}

async function decideRequest(state: GuardState, sending: Sending, progress: Progress): Promise<Prepared> {
  const { url, init, headers } = await finalRequest(sending)
  progress.context = layContexts(progress.context, takePolicyHeaders(headers))
  progress.outgoing = { url, init: { ...init, headers } }
  const read = await readRequest(url, init, headers, {
    dispatcher: sending.dispatcher,
    batchFile: (key) => state.batches.get(key),
  })
  const { outgoing } = read
  progress.outgoing = outgoing
  if (read.type === 'plain') return read
  progress.call = read.call
  const attempt = { url: outgoing.url, method: outgoing.init.method, call: read.call }
  progress.logical = callOfAttempt(state, progress.logical, attempt)

  if (read.type !== 'unclear') {
    progress.context = await measuredContext(state, read.call, await onBranch(state, progress.context))
  }
  const { logical, call, context } = progress
  const decision = await decideRead(state, logical, read, context)
  state.announce({ callId: logical.id, decision, call, context, observed: state.observing })
  const facts = factsOf(state, { ...progress, body: outgoing.init.body }, decision)
  if (decision.type !== 'allow') {
    const refusal = await refuse(state, facts, decision)
    if (!state.observing) return { type: 'refused', refusal }
  }
  if (read.type === 'batch-file') return { type: 'batch-file', outgoing, file: read.file }
  if (decision.type === 'allow' && decision.audit === 'full' && logical.attempts === 0) {
    await recordStart(state, facts, decision)
  }
  logical.attributes ??= callAttributes(facts)
  return { type: 'call', outgoing, logical }
}

/**
 * An attempt belongs to its call only while that can be retried, and if it asks for the same: method, URL, bytes, and the models and tools
 * that headers name as well. Other headers differ between honest attempts, such as the count of them or a signature. Anything else is
 * a call of its own.
 */
function callOfAttempt(state: GuardState, logical: LogicalCall, attempt: Attempt): LogicalCall {
  const isFirst = logical.attempts === 0 && logical.first === undefined
  const isRetry = logical.retryable && isDeepStrictEqual(logical.first, attempt)
  if (!isFirst && !isRetry) return startCall(state, logical.context, false)
  // taken before anything is waited for: of two requests at once, one is another call
  logical.first = attempt
  logical.retryable = false
  return logical
}

/** The request as `fetch` would see it: a `Request` taken apart, its body read. */
async function finalRequest({
  input,
  init,
}: Sending): Promise<{ url: string; init: RequestInit; headers: Headers }> {
  if (!(input instanceof Request)) {
    return { url: String(input), init: { ...init }, headers: new Headers(init?.headers) }
  }
  const request = new Request(input, init)
  const { method, signal, redirect, headers } = request
  const body = request.body === null ? {} : { body: await request.arrayBuffer() }
  return {
    url: request.url,
    init: { ...init, method, signal, redirect, ...body },
    headers: new Headers(headers),
  }
}

async function decideRead(
  state: GuardState,
  logical: LogicalCall,
  read: Exclude<ReadRequest, { type: 'plain' }>,
  context: CallContext,
): Promise<Decision> {
  const { call } = read
  if (read.type === 'unclear') return unclear(read)
  const alias = aliasDecision(state, call)
  if (alias) return alias
  // What may not go to an endpoint by itself may not go there as the line of a batch.
  for (const endpoint of read.file?.endpoints ?? []) {
    const line = await ask({ ...call, endpoint }, context, state.askOptions(), look(state.ledger))
    if (line.type !== 'allow') return line
  }
  // No model runs by an upload, so there is nothing to spend yet.
  const spending =
    read.type === 'call' ? spend(state.ledger, logical.id, call, read.runs) : look(state.ledger)
  return ask(call, context, state.askOptions(), spending)
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

const unclear = ({ code, reason, remedy, call }: UnclearRequest): Decision =>
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
    throw new PolicyError('audit_failed', 'the audit log did not take the entry of this call', {
      cause,
      remedy: 'Mend the log, then call again: a call of this class leaves only once it is recorded.',
    })
  }
}
