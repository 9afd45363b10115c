import { observeResponse } from '../observe/observe-response.ts'
import type { OutgoingRequest } from '../request/outgoing-request.ts'
import { completed, cutOff } from './attempt-end.ts'
import { isRunning, runInBackground } from './background-call.ts'
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
    // A stream that ends in the middle of a response was cut off, however cleanly.
    const whole = answer.over === true || (end.type === 'complete' && !(answer.streamed && isRunning(answer)))
    logical.last = whole ? completed(status, answer) : cutOff(logical, signal, status, answer, end)
    logical.retryable = !whole
    if (isRunning(answer) && (whole || answer.background)) {
      return runInBackground(state, logical, status, answer)
    }
    // An SDK that cuts off a stalled body asks again, under the same call.
    if (end.type !== 'error' || !logical.mayRetry()) finishCall(state, logical)
  })
}
