import type { CallContext } from '@policy/core'

/**
 * What becomes of a fact that several layers state: the guard, then `wrap`, then each `run` from the outermost in, then the headers of one call.
 *
 * - `first`: it stays as the first layer said it. Rules look at these, so whoever could replace one would leave a rule behind.
 * - `all`: later layers add to it, and adding only tightens.
 * - `last`: no rule looks at it, and each call belongs to a task of its own.
 * - `none`: nobody's word counts; the guard proves it.
 */
const layering: Readonly<Record<keyof CallContext, 'first' | 'all' | 'last' | 'none'>> = {
  agent: 'first',
  repo: 'first',
  branch: 'first',
  persona: 'first',
  taskClass: 'first',
  change: 'first',
  paths: 'all',
  reasons: 'all',
  task: 'last',
  rationale: 'last',
  agentKey: 'none',
}

/** Contexts laid over one another, from the outermost layer in. A fact that no layer states stays absent, which tightens most. */
export function layContexts(base: CallContext, ...over: (CallContext | undefined)[]): CallContext {
  const laid: Record<string, unknown> = { ...base }
  for (const context of over) {
    for (const fact in context) {
      const [value, known] = [context[fact as keyof CallContext], laid[fact]]
      if (value === undefined) continue
      const how = layering[fact as keyof CallContext]
      if (how === 'last') laid[fact] = value
      else if (how === 'all')
        laid[fact] =
          known === undefined ? value : [...new Set([...(known as string[]), ...(value as string[])])]
      else if (how === 'first' && known === undefined) laid[fact] = value
    }
  }
  return laid
}
