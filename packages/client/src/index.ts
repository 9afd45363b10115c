export { createGuard } from './guard/create-guard.ts'
export type { Guard, CheckCall } from './guard/guard.ts'
export type { GuardOptions } from './guard/guard-options.ts'
export type { Measure } from './guard/measured-context.ts'
export type { ReadBranch } from './guard/on-branch.ts'
export type { DecisionEvent, FinishedEvent, SubstitutedEvent } from './guard/guard-events.ts'
export type { AgentKey } from './guard/agent-key.ts'
export type { RequestApprovalOptions } from './guard/request-approval.ts'
export {
  PolicyDeniedError,
  type PolicyDeniedErrorFromOptions,
  type RefusalOrigin,
} from './refusal/policy-denied-error.ts'
export type { EscalationDraft, Refusal } from './refusal/refusal.ts'
export type { ToolAsk } from './observe/tool-asks.ts'
export {
  resolveApprovals,
  type ApprovalState,
  type AskedApproval,
  type ToolsUnderGuard,
} from './tools/resolve-approvals.ts'
export type { GuardedTool, ToolCommand, ToolOptions } from './tools/guarded-tool.ts'
export type { Fetch } from './guard/fetch.ts'
export type { GuardableClient } from './openai/guardable-client.ts'
