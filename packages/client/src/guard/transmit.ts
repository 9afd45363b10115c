import { classifyModel } from '@policy/core'
import { observeResponse } from '../observe/observe-response.ts'
import type { Answer } from '../observe/usage.ts'
import type { OutgoingRequest } from '../request/read-request.ts'
import { finishedEntry, substitutedEntry } from './entries.ts'
import type { Fetch } from './fetch.ts'
import { withoutForgeries } from './forgeries.ts'
import type { GuardState } from './guard-state.ts'
import type { AttemptEnd, LogicalCall } from './logical-call.ts'

/** Send one attempt of a call and watch how it ends. */
export async function transmit(
  state: GuardState,
  logical: LogicalCall,
  next: Fetch,
  outgoing: OutgoingRequest,
): Promise<Response> {
  logical.attempts += 1
  logical.retryable = false
  logical.startedAt ??= state.clock()
  state.open.add(logical)
  let response: Response
  try {
    response = await next(outgoing.url, outgoing.init)
  } catch (error) {
    const cancelled = outgoing.init.signal?.aborted === true
    endAttempt(
      state,
      logical,
      {
        outcome: cancelled ? 'cancelled' : 'possibly-executed',
        answer: {},
        usageAbsent: cancelled ? 'cancelled' : 'failed',
      },
      !logical.supervised,
    )
    throw error
  }
  const { status } = response
  if (!response.ok) {
    endAttempt(
      state,
      logical,
      { outcome: 'error', status, answer: {}, usageAbsent: 'failed' },
      !logical.supervised,
    )
    return withoutForgeries(response)
  }
  return observeResponse(withoutForgeries(response), (end, answer) => {
    if (end.type === 'complete')
      return endAttempt(state, logical, { outcome: 'complete', status, answer }, true)
    const cancelled = end.type === 'cancelled' || outgoing.init.signal?.aborted === true
    // An SDK that cuts off a stalled body asks again under the same call.
    const final = end.type === 'cancelled' || !logical.mayRetry()
    endAttempt(
      state,
      logical,
      {
        outcome: cancelled ? 'cancelled' : 'possibly-executed',
        status,
        answer,
        usageAbsent: cancelled ? 'cancelled' : 'failed',
      },
      final,
    )
  })
}

function endAttempt(state: GuardState, logical: LogicalCall, end: AttemptEnd, final: boolean): void {
  logical.last = end
  logical.retryable = end.outcome !== 'complete'
  if (final) finishCall(state, logical)
}

/** Write the last entry of a call, once. */
export function finishCall(state: GuardState, logical: LogicalCall): void {
  const { attributes } = logical
  state.open.delete(logical)
  if (logical.finished || attributes === undefined || logical.attempts === 0) return
  logical.finished = true
  logical.retryable = false
  const end = logical.last ?? { outcome: 'possibly-executed', answer: {}, usageAbsent: 'failed' }
  state.recordLater(finishedEntry(logical, attributes, end, state.clock()))
  reportSubstitution(state, logical, attributes, end.answer)
}

function reportSubstitution(
  state: GuardState,
  logical: LogicalCall,
  attributes: NonNullable<LogicalCall['attributes']>,
  answer: Answer,
): void {
  if (answer.model === undefined) return
  const served = classifyModel(state.policy, answer.model)
  if (served.modelClass === attributes['model_policy.model_class']) return
  state.recordLater(substitutedEntry(logical, attributes, served, answer.id))
}
