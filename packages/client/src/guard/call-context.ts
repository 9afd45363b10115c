import type { CallContext } from '@policy/core'

/** Contexts laid over one another, later over earlier. The agent's key is proven by the guard, so nobody's word for it counts. */
export function layContexts(base: CallContext, ...over: (CallContext | undefined)[]): CallContext {
  const laid: CallContext = { ...base }
  for (const context of over) {
    if (context === undefined) continue
    for (const [fact, value] of Object.entries(context)) {
      if (fact !== 'agentKey' && value !== undefined) Object.assign(laid, { [fact]: value })
    }
  }
  return laid
}
