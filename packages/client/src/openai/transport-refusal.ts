import type { CallContext } from '@policy/core'
import { refusedEntry } from '../guard/entries.ts'
import type { GuardState } from '../guard/guard-state.ts'
import { startCall } from '../guard/logical-call.ts'
import { denial, factsOf, refusalFor } from '../guard/refuse.ts'
import type { Refusal } from '../refusal/refusal.ts'
import { nothing } from '../request/nothing.ts'

/** The refusal of a WebSocket, on which the guard would see no call; recorded without waiting, because sockets open synchronously. */
export function refuseTransport(state: GuardState, context: CallContext): Refusal {
  const decision = denial({
    code: 'transport_refused',
    reason: 'over a WebSocket the guard would not see the calls',
    saw: 'a request for credentials outside of any HTTP request',
    remedy: 'Use the HTTP methods (responses.create, also with stream: true).',
  })
  const logical = startCall(state.randomId(), context, false)
  const facts = factsOf(state, { logical, call: { ...nothing, endpoint: 'websocket' }, context }, decision)
  state.announce({ callId: logical.id, decision, call: facts.call, context, observed: state.observing })
  state.recordLater(refusedEntry(facts, decision))
  return refusalFor(state, facts, decision)
}
