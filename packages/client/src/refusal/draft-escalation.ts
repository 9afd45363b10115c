import {
  actingTools,
  estimatePromptTokens,
  type CallContext,
  type Escalate,
  type Ledger,
  type ModelCall,
  type Policy,
  type PublicJwk,
} from '@policy/core'
import type { EscalationDraft } from './refusal.ts'

/** What a draft takes from the guard. */
export interface DraftFacts {
  policy: Policy
  ledger: Ledger
  agentPublicKey: PublicJwk | undefined
}

/** What the guard itself can say of the escalation that would let this call run. */
export function draftEscalation(
  facts: DraftFacts,
  { call, context }: { call: ModelCall; context: CallContext },
  decision: Escalate,
): EscalationDraft {
  const { change } = context
  // Measured paths are where the work has been, not how far it may go: only what somebody said is a scope.
  const scope = context.paths === change?.paths ? undefined : context.paths
  const model = decision.models[0]
  const tools = [...new Set(actingTools(call))]
  return {
    escalation: 1,
    request: { model: model?.id ?? '', ...(tools.length > 0 && { tools }) },
    reasons: context.reasons ?? [],
    estimate: { promptTokens: estimatePromptTokens(call.bodyBytes), outputs: scope ?? [] },
    ledger: facts.ledger.id,
    policy: facts.policy.digest,
    ...(context.task !== undefined && { task: context.task }),
    ...(context.agent !== undefined && { agent: context.agent }),
    ...(facts.agentPublicKey && { agentKey: facts.agentPublicKey }),
    ...(context.persona !== undefined && { persona: context.persona }),
    ...(context.repo !== undefined && { repo: context.repo }),
    ...(context.rationale !== undefined && { summary: context.rationale }),
    ...(scope !== undefined && { paths: scope }),
    ...(change && {
      measured: {
        changedFiles: change.changedFiles,
        changedLines: change.changedLines,
        modules: change.modules.length,
        sensitive: change.sensitive.map(({ path }) => path),
      },
    }),
  }
}
