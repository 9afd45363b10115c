import { classifyModel, type AuditRecord, type Clock, type Policy } from '@policy/core'
import { finishedData, substitutedData, subjectOf } from './entries.ts'
import { channels, publish, type SubstitutedEvent } from './guard-events.ts'
import type { AttemptEnd, LogicalCall } from './logical-call.ts'

/** What finishing a call needs of its guard. */
interface Finishing {
  readonly policy: Policy
  readonly clock: Clock
  readonly open: Map<string, LogicalCall>
  recordLater(record: AuditRecord): void
  substituted(event: SubstitutedEvent): void
}

/** What is told of a call whose end nobody saw. */
const unseen: AttemptEnd = { outcome: 'possibly-executed', answer: {}, usageAbsent: 'failed' }

/** Write the last entry of a call, once. */
export function finishCall(state: Finishing, logical: LogicalCall): void {
  state.open.delete(logical.id)
  const { attributes, context } = logical
  if (logical.finished || attributes === undefined || logical.attempts === 0) return
  logical.finished = true
  logical.retryable = false
  logical.first = undefined
  const end = logical.last ?? unseen
  const data = finishedData(logical, attributes, end, state.clock())
  state.recordLater({ kind: 'call.finished', ...subjectOf(context), data })
  publish(channels.finished, { callId: logical.id, context, data, asks: end.answer.asks ?? [] })
  if (end.answer.model !== undefined) reportSubstitution(state, logical, end.answer.model, end.answer.id)
}

/** Finish a call of which no attempt will follow a failed one, for every guard that it passed. */
export function failCall(state: Finishing, logical: LogicalCall): void {
  finishCall(state, logical)
  for (const failed of logical.onFailed) failed()
}

function reportSubstitution(
  state: Finishing,
  logical: LogicalCall,
  model: string,
  id: string | undefined,
): void {
  const { attributes, context } = logical
  if (attributes?.['gen_ai.request.model'] === undefined) return
  const served = classifyModel(state.policy, model)
  if (served.modelClass === attributes['model_policy.model_class']) return
  const data = substitutedData(attributes, served, id)
  state.recordLater({ kind: 'call.substituted', ...subjectOf(context), data })
  const event = { callId: logical.id, context, data }
  publish(channels.substituted, event)
  state.substituted(event)
}
