import {
  loggedText,
  type AuditRecord,
  type CallAttributes,
  type CallContext,
  type CallFinished,
  type CallSubstituted,
  type Decision,
  type ModelCall,
  type Policy,
  type ResolvedModel,
} from '@policy/core'
import type { AttemptEnd, LogicalCall } from './logical-call.ts'

/** What every entry of a call is made from. */
export interface CallFacts {
  callId: string
  call: ModelCall
  context: CallContext
  policy: Policy
  observing: boolean
  promptHash: () => string
  /** The model that runs, or the most restrictive one asked for. */
  model: ResolvedModel | undefined
  audit: 'full' | 'summary'
}

/** The part that every entry about a call has. */
export function callAttributes(facts: CallFacts): CallAttributes {
  const { call, context, model } = facts
  const asked = model?.asked ?? call.models[0]
  return {
    'model_policy.call_id': facts.callId,
    'model_policy.source': 'guard',
    'model_policy.audit': facts.audit,
    ...(context.agent !== undefined && { 'gen_ai.agent.id': loggedText(context.agent) }),
    ...(context.persona !== undefined && { 'model_policy.persona': loggedText(context.persona) }),
    ...(context.repo !== undefined && { 'vcs.repository.url.full': loggedText(context.repo) }),
    ...loggedPaths(context.paths),
    ...(context.task !== undefined && { 'model_policy.task': loggedText(context.task) }),
    ...(context.taskClass !== undefined && { 'model_policy.task_class': loggedText(context.taskClass) }),
    'gen_ai.operation.name': operationOf(call.endpoint),
    ...(asked !== undefined && { 'gen_ai.request.model': loggedText(asked) }),
    ...(model !== undefined && { 'model_policy.model': loggedText(model.id) }),
    ...(model?.modelClass !== undefined && { 'model_policy.model_class': model.modelClass }),
    'model_policy.policy_digest': facts.policy.digest,
    ...(facts.observing && { 'model_policy.enforcement': 'observe' as const }),
  }
}

// A large change would fill the log with the same list at every call; the escalation it runs under says how far it may go.
const mostPaths = 50

function loggedPaths(
  paths: CallContext['paths'],
): Pick<CallAttributes, 'model_policy.paths' | 'model_policy.paths_cut'> {
  if (paths === undefined) return {}
  if (paths.length <= mostPaths) return { 'model_policy.paths': paths.map(loggedText) }
  return {
    'model_policy.paths': paths.slice(0, mostPaths).map(loggedText),
    'model_policy.paths_cut': paths.length - mostPaths,
  }
}

/** The entry of a call that is about to leave. */
export function startedEntry(facts: CallFacts, decision: Extract<Decision, { type: 'allow' }>): AuditRecord {
  const { grant } = decision
  const rule = decidingRule(decision)
  const { rationale } = facts.context
  return {
    kind: 'call.started',
    ...subjectOf(facts.context),
    data: {
      ...callAttributes(facts),
      'model_policy.prompt_hash': facts.promptHash(),
      ...(rationale !== undefined && { 'model_policy.rationale': loggedText(rationale) }),
      'model_policy.decision': 'allow',
      ...(rule !== undefined && { 'model_policy.rule': rule }),
      ...(grant && {
        'model_policy.grant.jti': grant.jti,
        'model_policy.approval.basis': grant.approval.basis,
        'model_policy.approval.by': grant.sub,
        'model_policy.approval.uri': grant.approval.uri,
        'model_policy.escalation': grant.approval.escalation,
      }),
    },
  }
}

/** The entry of a call that was refused, or would have been by a policy that only observes. */
export function refusedEntry(facts: CallFacts, decision: Exclude<Decision, { type: 'allow' }>): AuditRecord {
  const rule = decidingRule(decision)
  return {
    kind: 'call.refused',
    ...subjectOf(facts.context),
    data: {
      ...callAttributes(facts),
      'model_policy.decision': decision.type,
      'model_policy.code': decision.code,
      'model_policy.reason': loggedText(decision.reason),
      ...(rule !== undefined && { 'model_policy.rule': rule }),
      'model_policy.prompt_hash': facts.promptHash(),
    },
  }
}

/** What is recorded of a call that is over. */
export function finishedData(
  logical: LogicalCall,
  attributes: CallAttributes,
  { outcome, status, answer, usageAbsent }: AttemptEnd,
  now: number,
): CallFinished {
  return {
    ...attributes,
    'model_policy.outcome': outcome,
    ...(status !== undefined && { 'http.response.status_code': status }),
    ...(answer.model !== undefined && { 'gen_ai.response.model': loggedText(answer.model) }),
    ...(answer.id !== undefined && { 'gen_ai.response.id': loggedText(answer.id) }),
    ...(answer.inputTokens !== undefined && { 'gen_ai.usage.input_tokens': answer.inputTokens }),
    ...(answer.outputTokens !== undefined && { 'gen_ai.usage.output_tokens': answer.outputTokens }),
    ...(answer.cachedInputTokens !== undefined && {
      'gen_ai.usage.cache_read.input_tokens': answer.cachedInputTokens,
    }),
    ...(answer.reasoningTokens !== undefined && {
      'gen_ai.usage.reasoning.output_tokens': answer.reasoningTokens,
    }),
    ...(usageAbsent !== undefined && { 'model_policy.usage_absent': usageAbsent }),
    'model_policy.attempts': logical.attempts,
    'model_policy.duration_ms': Math.max(0, now - (logical.startedAt ?? now)),
  }
}

/** What is recorded when another class of model answered than was decided about. */
export function substitutedData(
  attributes: CallAttributes,
  served: ResolvedModel,
  id: string | undefined,
): CallSubstituted {
  return {
    ...attributes,
    'gen_ai.response.model': loggedText(served.asked),
    ...(id !== undefined && { 'gen_ai.response.id': loggedText(id) }),
    ...(served.modelClass !== undefined && { 'model_policy.response_model_class': served.modelClass }),
  }
}

/** What an entry is about, where that is known. */
export const subjectOf = ({ task }: CallContext): { subject?: string } =>
  task === undefined ? {} : { subject: loggedText(task) }

const decidingRule = (decision: Decision): string | undefined =>
  decision.findings.find((finding) => finding.effect === decision.type)?.rule

/** OpenTelemetry's name of what an endpoint does. */
function operationOf(endpoint: string): string {
  if (endpoint.startsWith('/embeddings')) return 'embeddings'
  if (endpoint === '/completions') return 'text_completion'
  if (endpoint.startsWith('/images') || endpoint.startsWith('/audio') || endpoint.startsWith('/videos')) {
    return 'generate_content'
  }
  return 'chat'
}
