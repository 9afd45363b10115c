import { refusalResponse } from '../refusal/refusal-response.ts'
import { withoutForgeries } from './forgeries.ts'
import type { GuardState } from './guard-state.ts'
import { prepareCall, type Sending } from './prepare-call.ts'
import { transmit } from './transmit.ts'

/**
 * The way of one call: read its final bytes, decide, spend, record, send, observe.
 *
 * Whatever goes wrong before the request leaves is a refusal with its own code; what goes wrong upstream passes unchanged.
 */
export async function sendCall(state: GuardState, sending: Sending): Promise<Response> {
  if (typeof sending.input === 'string' && sending.input.startsWith('data:'))
    return sending.next(sending.input)
  const prepared = await prepareCall(state, sending)
  if (prepared.type === 'refused') return refusalResponse(prepared.refusal, state.randomId())
  const { outgoing } = prepared
  if (prepared.type === 'plain') return withoutForgeries(await sending.next(outgoing.url, outgoing.init))
  return transmit(state, prepared.logical, sending.next, outgoing)
}
