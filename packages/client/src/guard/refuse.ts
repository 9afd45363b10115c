import {
  PolicyError,
  promptHash,
  type CallContext,
  type Decision,
  type Deny,
  type ModelCall,
  type PolicyErrorCode,
  type PromptHashKey,
  type ResolvedModel,
} from '@policy/core'
import { draftEscalation } from '../refusal/draft-escalation.ts'
import { escalateCommand } from '../refusal/escalate-command.ts'
import { refusalMessage, type Refusal } from '../refusal/refusal.ts'
import { refusedEntry, type CallFacts } from './entries.ts'
import type { GuardState } from './guard-state.ts'
import type { LogicalCall } from './logical-call.ts'

/** A refusal by the guard itself, in the shape of a decision. */
export function denial(parts: {
  code: PolicyErrorCode
  reason: string
  saw: string
  remedy?: string | undefined
  models?: readonly ResolvedModel[]
}): Deny {
  const { code, reason, saw, remedy, models = [] } = parts
  const finding = {
    rule: 'guard',
    effect: 'deny',
    code,
    saw,
    reason,
    ...(remedy !== undefined && { remedy }),
  } as const
  return { type: 'deny', code, reason, models, findings: [finding] }
}

/** The denial that a fault on the way amounts to. */
export function failure(error: unknown): Deny {
  const reason = error instanceof Error ? error.message : String(error)
  return PolicyError.is(error)
    ? denial({ code: error.code, reason, saw: 'a failure on the way', remedy: error.remedy })
    : denial({ code: 'guard_failed', reason: `The guard failed: ${reason}`, saw: 'a failure on the way' })
}

/** A call as far as it was read. */
export interface ReadFacts {
  logical: LogicalCall
  call: ModelCall
  context: CallContext
  /** The body as it would leave. */
  body?: unknown
}

/** What entries about a decided call are made from. */
export function factsOf(
  state: GuardState,
  { logical, call, context, body }: ReadFacts,
  decision: Decision,
): CallFacts {
  const resolved = decision.type === 'allow' ? decision.model : decision.models[0]
  return {
    callId: logical.id,
    call,
    context,
    policy: state.policy,
    observing: state.observing,
    promptHash: () => hashOf(call, body, state.promptHashKey),
    model: resolved && logical.alias !== undefined ? { ...resolved, asked: logical.alias } : resolved,
    audit: decision.type === 'allow' ? decision.audit : 'full',
  }
}

function hashOf(call: ModelCall, body: unknown, key: PromptHashKey | undefined): string {
  if (key === undefined) return call.bodyDigest
  if (body instanceof Uint8Array) return promptHash(body, key)
  // A form has no bytes before it leaves; its digest stands for it.
  return promptHash(new TextEncoder().encode(typeof body === 'string' ? body : call.bodyDigest), key)
}

/** Record a refusal and say it; a log that does not take the entry cannot make it less of a refusal. */
export async function refuse(
  state: GuardState,
  facts: CallFacts,
  decision: Exclude<Decision, { type: 'allow' }>,
): Promise<Refusal> {
  await state.recordOrCount(refusedEntry(facts, decision))
  return refusalFor(state, facts, decision)
}

/** What a refusal says. */
export function refusalFor(
  state: GuardState,
  facts: CallFacts,
  decision: Exclude<Decision, { type: 'allow' }>,
): Refusal {
  const what = facts.model?.asked ?? facts.call.models[0] ?? 'The request'
  const escalation = decision.type === 'escalate' ? draftEscalation(state, facts, decision) : undefined
  const remedy = escalation
    ? `ask a person: ${escalateCommand(escalation)}`
    : decision.findings.find((one) => one.effect === decision.type && one.remedy !== undefined)?.remedy
  return {
    code: decision.code,
    message: refusalMessage(what, decision.reason, remedy),
    decision,
    ...(escalation && { escalation }),
  }
}
