import { channel, type Channel } from 'node:diagnostics_channel'
import type { ToolAsk } from '../observe/tool-asks.ts'
import type { CallContext, CallFinished, CallSubstituted, Decision, ModelCall } from '@policy/core'

/** A decision was made; a copy of it is published on `model-policy:decision`. */
export interface DecisionEvent {
  /** One logical call; its retries have the same. */
  callId: string
  /** What was decided. */
  decision: Decision
  /** The call as it was read. */
  call: ModelCall
  /** Who asked and for what. */
  context: CallContext
  /** Whether the decision was only recorded, because the policy observes. */
  observed: boolean
}

/** Another class of model answered than was decided about; a copy is published on `model-policy:substituted`. */
export interface SubstitutedEvent {
  /** The call that another model answered. */
  callId: string
  /** Who asked and for what. */
  context: CallContext
  /** What is recorded of it. */
  data: CallSubstituted
}

/** A call is over; a copy of what is recorded is published on `model-policy:finished`. */
export interface FinishedEvent {
  /** The call that ended. */
  callId: string
  /** Who asked and for what. */
  context: CallContext
  /** How it ended. */
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

/** Tell whoever listens on a channel. */
export function publish(on: Channel, event: DecisionEvent | FinishedEvent | SubstitutedEvent): void {
  if (on.hasSubscribers) on.publish(copyOf(event))
}

/** A copy to its last leaf: the guard goes on with what it tells of, and no listener may change that. */
export function copyOf<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copyOf) as Value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copyOf(part)])) as Value
}
