import {
  decide,
  type CallContext,
  type Clock,
  type MeasuredChange,
  type ModelCall,
  type Policy,
  withMeasured,
} from '@policy/core'

/** Measures the work: since a commit, or since where work usually starts. */
export type Measure = (base?: string) => Promise<MeasuredChange>

/** What measuring needs of the guard. */
interface Measuring {
  readonly policy: Policy
  readonly measure: Measure | undefined
  readonly clock: Clock
}

/**
 * The context with the work measured, where that could change the answer. What is claimed can add paths, never take the measured away.
 *
 * A fact that is absent only tightens, so what is allowed without it stays allowed with it: such calls do not wait for a measurement.
 */
export async function measuredContext(
  { policy, measure, clock }: Measuring,
  call: ModelCall,
  context: CallContext,
): Promise<CallContext> {
  if (measure === undefined) return context
  const { change: _change, paths: _paths, ...unmeasured } = context
  if (decide(policy, call, unmeasured, { now: clock() }).type === 'allow') return context
  return withMeasured(context, await measure())
}
