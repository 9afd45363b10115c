import type { CallAttributes, CallContext, CallFinished, ModelCall } from '@policy/core'
import type { Answer } from '../observe/answer.ts'

/** How one attempt of a call went. */
export interface AttemptEnd {
  outcome: CallFinished['model_policy.outcome']
  status?: number
  answer: Answer
  usageAbsent?: NonNullable<CallFinished['model_policy.usage_absent']>
}

/** What one attempt asks for, where. */
export interface Attempt {
  url: string
  method: string | undefined
  call: ModelCall
}

/**
 * One call as its caller sees it: every attempt that the SDK makes for it belongs to it, so that it is decided, spent and
 * recorded as one.
 */
export interface LogicalCall {
  readonly id: string
  /** The guard it is a call of; to any other it is somebody else's. */
  readonly guard: CallNamer
  /** What was said of the call where it was made: scope over wrap over guard. */
  context: CallContext
  /** What the headers said that were taken off it. */
  said: CallContext
  /** Told when it failed for good, where it passes other guards on its way. */
  readonly onFailed: (() => void)[]
  /** The policy's own name that was asked for, where the provider's id was put in its place. */
  alias: string | undefined
  /** Whether the SDK may still try again after a body that was cut off. */
  mayRetry: () => boolean
  /** Whether it was given up by its caller rather than cut off; `signal` is the request's own. */
  isCancelled: (signal: AbortSignal | undefined) => boolean
  /** Whether whoever made the call says when it is over for good; otherwise every failure is the end. */
  readonly supervised: boolean
  /** Requests that left. */
  attempts: number
  /** What its first attempt asked for, while it is not over: an attempt that asks for something else is another call. */
  first: Attempt | undefined
  /** Whether the last attempt failed: only then may another follow under the same id. */
  retryable: boolean
  /** When the first request left, in milliseconds; `undefined` before. */
  startedAt: number | undefined
  /** The attributes of its entries, once it was allowed. */
  attributes: CallAttributes | undefined
  /** How the last attempt went, while another may follow. */
  last: AttemptEnd | undefined
  /** Whether its last entry is written. */
  finished: boolean
}

/** Who makes calls and names them: a guard. */
export interface CallNamer {
  readonly randomId: () => string
}

/** A call that has not left yet. */
export function startCall(guard: CallNamer, context: CallContext, supervised: boolean): LogicalCall {
  return {
    id: guard.randomId(),
    guard,
    context,
    said: {},
    onFailed: [],
    alias: undefined,
    supervised,
    mayRetry: () => false,
    isCancelled: (signal) => signal?.aborted === true && signal.reason?.name !== 'TimeoutError',
    attempts: 0,
    first: undefined,
    retryable: false,
    startedAt: undefined,
    attributes: undefined,
    last: undefined,
    finished: false,
  }
}
