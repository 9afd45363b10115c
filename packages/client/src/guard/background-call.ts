import type { Answer } from '../observe/answer.ts'
import { observeResponse } from '../observe/observe-response.ts'
import { completed } from './attempt-end.ts'
import { finishCall } from './finish-call.ts'
import type { GuardState } from './guard-state.ts'
import type { LogicalCall } from './logical-call.ts'

/** Whether a response goes on at the provider when nobody reads it. */
export const isRunning = ({ status }: Answer): boolean => status === 'queued' || status === 'in_progress'

const isFinal = ({ status = '' }: Answer): boolean =>
  ['completed', 'failed', 'cancelled', 'incomplete'].includes(status)

/** Keep a call open that runs in the background, until a later answer tells its end. */
export function runInBackground(
  state: GuardState,
  logical: LogicalCall,
  status: number,
  answer: Answer,
): void {
  logical.last = { outcome: 'possibly-executed', status, answer, usageAbsent: 'not-reported' }
  if (answer.id === undefined) return finishCall(state, logical)
  state.background.set(answer.id, logical)
}

/** The response to a request that may tell the end of a call in the background: it is finished with what is learnt. */
export function observeBackground(
  state: GuardState,
  method: string | undefined,
  endpoint: string,
  response: Response,
): Response {
  const id = askedAbout(method, endpoint)
  const logical = id === undefined ? undefined : state.background.get(id)
  if (id === undefined || logical === undefined) return response
  return observeResponse(response, (_end, answer) => {
    if (answer.id !== id || !isFinal(answer)) return
    logical.last = completed(logical.last?.status ?? response.status, answer)
    state.background.delete(id)
    finishCall(state, logical)
  })
}

/** The response that a request retrieves or cancels; its items, its deletion and all else tell nothing of its run. */
function askedAbout(method: string | undefined, endpoint: string): string | undefined {
  const [, id, action] = /^\/responses\/([^/]+)(\/cancel)?$/.exec(endpoint) ?? []
  return method === (action === undefined ? 'GET' : 'POST') ? id : undefined
}
