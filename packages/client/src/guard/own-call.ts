import type { CallContext } from '@policy/core'
import { layContexts } from './call-context.ts'
import { finishCall } from './finish-call.ts'
import type { GuardState } from './guard-state.ts'
import { startCall, type LogicalCall } from './logical-call.ts'

/**
 * This guard's call for a request that is bound to `bound`.
 *
 * Behind another guard it is that guard's call: then this guard has one of its own for it, under its own context, for as many attempts.
 */
export function ownCall(
  state: GuardState,
  bound: LogicalCall | undefined,
  contextOf: () => CallContext,
): LogicalCall {
  if (bound === undefined) return startCall(state, contextOf(), false)
  if (bound.guard === state) return bound
  const known = state.behind.get(bound)
  if (known) return known
  const own = startCall(state, layContexts(contextOf(), bound.said), bound.supervised)
  own.mayRetry = () => bound.mayRetry()
  own.isCancelled = (signal) => bound.isCancelled(signal)
  bound.onFailed.push(() => finishCall(state, own))
  state.behind.set(bound, own)
  return own
}
