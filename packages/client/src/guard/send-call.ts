import { observeResponse } from '../observe/observe-response.ts'
import { batchKey } from '../request/batch-file.ts'
import { refusalResponse } from '../refusal/refusal-response.ts'
import { observeBackground } from './background-call.ts'
import { withoutForgeries } from './forgeries.ts'
import type { GuardState } from './guard-state.ts'
import { prepareCall, type Prepared, type Sending } from './prepare-call.ts'
import { transmit } from './transmit.ts'

/**
 * The way of one call: read its final bytes, decide, spend, record, send, observe.
 *
 * Whatever goes wrong before the request leaves is a refusal with its own code; what goes wrong upstream passes unchanged.
 */
export async function sendCall(state: GuardState, sending: Sending): Promise<Response> {
  const { input, next } = sending
  // How the SDK finds out whether this fetch can send forms: it goes nowhere.
  if (typeof input === 'string' && input.startsWith('data:')) return next(input)
  const prepared = await whileOpen(state, prepareCall(state, sending))
  if (prepared.type === 'refused') return refusalResponse(prepared.refusal, state.randomId())
  const { url, init } = prepared.outgoing
  if (prepared.type === 'call') return transmit(state, prepared.logical, next, prepared.outgoing)
  const response = withoutForgeries(await next(url, init))
  if (prepared.type === 'batch-file') {
    return observeResponse(response, (_end, { id }) => {
      if (response.ok && id !== undefined) state.batches.set(batchKey(url, id), prepared.file)
    })
  }
  return observeBackground(state, init.method, prepared.endpoint, response)
}

/** Closing waits for what is being prepared. */
async function whileOpen(state: GuardState, preparing: Promise<Prepared>): Promise<Prepared> {
  state.preparing.add(preparing)
  try {
    return await preparing
  } finally {
    state.preparing.delete(preparing)
  }
}
