import type { CallContext } from '@policy/core'
import { refusedEntry } from '../guard/entries.ts'
import type { GuardState } from '../guard/guard-state.ts'
import { startCall } from '../guard/logical-call.ts'
import { denial, factsOf, failure, refusalFor } from '../guard/refuse.ts'
import type { Refusal } from '../refusal/refusal.ts'
import { nothing } from '../request/nothing.ts'

/** The refusal of a WebSocket, on which the guard would see no call; recorded without waiting, because sockets open synchronously. */
export function refuseTransport(state: GuardState, context: CallContext): Refusal {
  let decision = denial({
    code: 'transport_refused',
    reason: 'over a WebSocket the guard would not see the calls',
    saw: 'a request for credentials outside of any HTTP request',
    remedy: 'Use the HTTP methods (responses.create, also with stream: true).',
  })
  const logical = startCall(state, context, false)
  const call = { ...nothing, endpoint: 'websocket' }
  try {
    state.announce({ callId: logical.id, decision, call, context, observed: state.observing })
  } catch (error) {
    // as for any other call: what the application throws refuses it, and is recorded
    decision = failure(error)
  }
  const facts = factsOf(state, { logical, call, context }, decision)
  state.recordLater(refusedEntry(facts, decision))
  return refusalFor(state, facts, decision)
}
