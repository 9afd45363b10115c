import type { CallContext } from '@policy/core'
import { layContexts } from './call-context.ts'
import type { Fetch } from './fetch.ts'
import type { GuardState } from './guard-state.ts'

/** Where a guarded fetch sends, and what holds for every call through it. */
export interface WayOut {
  next: Fetch
  context: CallContext
}

/** The way out through a fetch; what this guard has guarded already is guarded once, and its context stays below the later one. */
export function wayOut(state: GuardState, fetch: Fetch, context: CallContext = {}): WayOut {
  const before = state.guarded.get(fetch)
  return before === undefined
    ? { next: fetch, context }
    : { next: before.next, context: layContexts(before.context, context) }
}
