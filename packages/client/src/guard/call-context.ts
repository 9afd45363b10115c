import type { CallContext } from '@policy/core'

/**
 * Contexts laid over one another, later over earlier. The agent's key is proven by the guard, so nobody's word for it counts; the agent
 * and the repository that a guard was opened for stay, or one could work under another's name.
 */
export function layContexts(base: CallContext, ...over: (CallContext | undefined)[]): CallContext {
  const laid: Record<string, unknown> = { ...base }
  for (const context of over) {
    for (const fact in context) {
      const value = context[fact as keyof CallContext]
      const fixed = fact === 'agentKey' || ((fact === 'agent' || fact === 'repo') && laid[fact] !== undefined)
      if (!fixed && value !== undefined) laid[fact] = value
    }
  }
  return laid
}
