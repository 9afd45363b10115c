import type { CallContext } from '@policy/core'

/** Contexts laid over one another, later over earlier. The agent's key is proven by the guard, so nobody's word for it counts. */
export function layContexts(base: CallContext, ...over: (CallContext | undefined)[]): CallContext {
  const laid: Record<string, unknown> = { ...base }
  for (const context of over) {
    for (const fact in context) {
      const value = context[fact as keyof CallContext]
      if (fact !== 'agentKey' && value !== undefined) laid[fact] = value
    }
  }
  return laid
}
