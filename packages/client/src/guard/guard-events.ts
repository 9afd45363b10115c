import { channel } from 'node:diagnostics_channel'
import type { ToolAsk } from '../observe/tool-asks.ts'
import type { CallContext, CallFinished, CallSubstituted, Decision, ModelCall } from '@policy/core'

/** A decision was made; published on `model-policy:decision`. */
export interface DecisionEvent {
  callId: string
  decision: Decision
  call: ModelCall
  context: CallContext
  /** Whether the decision was only recorded, because the policy observes. */
  observed: boolean
}

/** Another class of model answered than was decided about; published on `model-policy:substituted`. */
export interface SubstitutedEvent {
  callId: string
  context: CallContext
  data: CallSubstituted
}

/** A call is over; published on `model-policy:finished`. */
export interface FinishedEvent {
  callId: string
  context: CallContext
  data: CallFinished
  /** What the answer asked to run or write, in the order it came: for the caller to run, or run by the provider already. */
  asks: readonly ToolAsk[]
}

/** The channels of `node:diagnostics_channel` on which tracing tools hear of calls. */
export const channels = {
  decision: channel('model-policy:decision'),
  finished: channel('model-policy:finished'),
  substituted: channel('model-policy:substituted'),
}
