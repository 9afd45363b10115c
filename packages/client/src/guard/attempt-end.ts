import type { Answer } from '../observe/answer.ts'
import type { BodyEnd } from '../observe/watch-body.ts'
import type { AttemptEnd, LogicalCall } from './logical-call.ts'

/** The end of an attempt whose answer came to its own end. */
export function completed(status: number, answer: Answer): AttemptEnd {
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

/** The end of an attempt that was given up, cut off, or not to be watched. */
export function cutOff(
  logical: LogicalCall,
  signal: AbortSignal | null | undefined,
  status: number | undefined,
  answer: Answer,
  end?: BodyEnd,
): AttemptEnd {
  const seen = { answer, ...(status !== undefined && { status }) }
  // The provider may have run the model all the same.
  if (end?.type === 'unwatched') return { outcome: 'possibly-executed', ...seen, usageAbsent: 'not-reported' }
  const cancelled = end?.type === 'cancelled' || logical.isCancelled(signal ?? undefined)
  return cancelled
    ? { outcome: 'cancelled', ...seen, ...absent(answer, 'cancelled') }
    : { outcome: 'possibly-executed', ...seen, ...absent(answer, 'failed') }
}

const absent = (
  answer: Answer,
  why: NonNullable<AttemptEnd['usageAbsent']>,
): Pick<AttemptEnd, 'usageAbsent'> => (answer.inputTokens === undefined ? { usageAbsent: why } : {})
