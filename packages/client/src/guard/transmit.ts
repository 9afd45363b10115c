import { observeResponse } from '../observe/observe-response.ts'
import type { BodyEnd } from '../observe/watch-body.ts'
import type { Answer } from '../observe/answer.ts'
import type { OutgoingRequest } from '../request/outgoing-request.ts'
import type { Fetch } from './fetch.ts'
import { finishCall } from './finish-call.ts'
import { withoutForgeries } from './forgeries.ts'
import type { GuardState } from './guard-state.ts'
import type { AttemptEnd, LogicalCall } from './logical-call.ts'

/** Send one attempt of a call and watch how it ends. */
export async function transmit(
  state: GuardState,
  logical: LogicalCall,
  next: Fetch,
  { url, init }: OutgoingRequest,
): Promise<Response> {
  const { signal } = init
  logical.attempts += 1
  logical.retryable = false
  logical.startedAt ??= state.clock()
  state.open.set(logical.id, logical)
  // An SDK that supervises its attempts says itself when none will follow a failure.
  const fail = (end: AttemptEnd): void => {
    logical.last = end
    logical.retryable = true
    if (!logical.supervised) finishCall(state, logical)
  }
  let response: Response
  try {
    response = await next(url, init)
  } catch (error) {
    fail(cutOff(logical, signal, undefined, {}))
    throw error
  }
  const { status } = response
  if (!response.ok) {
    fail({ outcome: 'error', status, answer: {}, usageAbsent: 'failed' })
    return withoutForgeries(response)
  }
  return observeResponse(withoutForgeries(response), (end, answer) => {
    const whole = end.type === 'complete' || answer.over === true
    logical.last = whole ? completed(status, answer) : cutOff(logical, signal, status, answer, end)
    logical.retryable = !whole
    if (whole && isRunning(answer)) return runInBackground(state, logical, answer)
    // An SDK that cuts off a stalled body asks again, under the same call.
    if (end.type !== 'error' || !logical.mayRetry()) finishCall(state, logical)
  })
}

/** Watch what comes back about a call that runs in the background, and finish it with what is learnt. */
export function observeBackground(state: GuardState, logical: LogicalCall, response: Response): Response {
  if (!response.ok) return response
  return observeResponse(response, (end, answer) => {
    if (end.type !== 'complete' || isRunning(answer)) return
    logical.last = completed(logical.last?.status ?? response.status, answer)
    if (answer.id !== undefined) state.background.delete(answer.id)
    finishCall(state, logical)
  })
}

function runInBackground(state: GuardState, logical: LogicalCall, answer: Answer): void {
  if (answer.id === undefined) return finishCall(state, logical)
  logical.last = { outcome: 'possibly-executed', answer, usageAbsent: 'not-reported' }
  state.background.set(answer.id, logical)
}

const isRunning = ({ status }: Answer): boolean => status === 'queued' || status === 'in_progress'

function completed(status: number, answer: Answer): AttemptEnd {
  if (answer.status === 'failed') return { outcome: 'error', status, answer, ...absent(answer, 'failed') }
  if (answer.status === 'cancelled')
    return { outcome: 'cancelled', status, answer, ...absent(answer, 'cancelled') }
  return {
    outcome: 'complete',
    status,
    answer,
    ...absent(answer, answer.streamed ? 'not-requested' : 'not-reported'),
  }
}

function cutOff(
  logical: LogicalCall,
  signal: AbortSignal | null | undefined,
  status: number | undefined,
  answer: Answer,
  end?: BodyEnd,
): AttemptEnd {
  const cancelled = end?.type === 'cancelled' || logical.isCancelled(signal ?? undefined)
  const seen = { answer, ...(status !== undefined && { status }) }
  return cancelled
    ? { outcome: 'cancelled', ...seen, ...absent(answer, 'cancelled') }
    : // The provider may have run the model all the same.
      { outcome: 'possibly-executed', ...seen, ...absent(answer, 'failed') }
}

const absent = (
  answer: Answer,
  why: NonNullable<AttemptEnd['usageAbsent']>,
): Pick<AttemptEnd, 'usageAbsent'> => (answer.inputTokens === undefined ? { usageAbsent: why } : {})
