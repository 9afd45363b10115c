import { decide, type CallContext, type MeasuredChange, type ModelCall } from '@policy/core'
import type { GuardState } from './guard-state.ts'

/** Measures the work so far. */
export type Measure = () => Promise<MeasuredChange>

/**
 * The context with the work measured, where that could change the answer and nobody has said it.
 *
 * A fact that is absent only tightens, so what is allowed without it stays allowed with it: such calls do not wait for a measurement.
 */
export async function measuredContext(
  state: Pick<GuardState, 'policy' | 'measure' | 'clock'>,
  call: ModelCall,
  context: CallContext,
): Promise<CallContext> {
  const { policy, measure, clock } = state
  const known = context.change !== undefined && context.paths !== undefined
  if (known || measure === undefined) return context
  if (decide(policy, call, context, { now: clock() }).type === 'allow') return context
  const change = context.change ?? (await measure())
  return { change, paths: change.paths, ...context }
}
