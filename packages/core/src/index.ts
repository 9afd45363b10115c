export type { Clock } from './clock.ts'
export { countOf } from './text/count-of.ts'
export { policyErrorCodes, type PolicyErrorCode } from './errors/codes.ts'
export { PolicyError, type ErrorPlace, type PolicyErrorOptions } from './errors/policy-error.ts'
export { isDigest, type Digest } from './hash/digest.ts'
export { sha256Digest } from './hash/sha256-digest.ts'
export { canonicalDigest } from './hash/canonical-digest.ts'
export { promptHash, type PromptHashKey } from './hash/prompt-hash.ts'
export type { CallContext } from './call/call-context.ts'
export { withMeasured } from './call/with-measured.ts'
export type { ModelCall } from './call/model-call.ts'
export type { Access, AuditLevel, ModelMatch, ResolvedModel } from './models/resolved-model.ts'
export { classifyModel } from './models/classify-model.ts'
export { fold } from './models/fold.ts'
export { modelFor, type ModelChoice } from './models/model-for.ts'
export type { Policy } from './policy/policy.ts'
export type { PolicyDocument, PolicyInput, RuleDocument } from './policy/schema.ts'
export { definePolicy, type TaskClassName } from './policy/define-policy.ts'
export { parsePolicy, type ParsePolicyOptions } from './policy/parse-policy.ts'
export { policyWarnings, type PolicyWarning } from './policy/policy-warnings.ts'
export { defaultPolicy } from './policy/default-policy.ts'
export { defaultPolicyText } from './policy/default-policy-text.ts'
export { policyDigest } from './policy/policy-digest.ts'
export type { Allow, Decision, Deny, Escalate } from './decision/decision.ts'
export { defaultPolicyCases } from './policy-case/default-policy-cases.ts'
export { parsePolicyCases } from './policy-case/parse-policy-cases.ts'
export type { PolicyCase } from './policy-case/policy-case-schema.ts'
export { testPolicy, type PolicyCaseResult, type PolicyTestReport } from './policy-case/test-policy.ts'
export { decide } from './decision/decide.ts'
export type { DecideOptions } from './decision/decide-options.ts'
export { explainDecision } from './decision/explain-decision.ts'
export type { Explanation } from './decision/evaluate.ts'
export { actingTools } from './decision/hosted-tools.ts'
export type { Finding } from './decision/finding.ts'
export type { Change, FileChange } from './change/change.ts'
export type { MeasuredChange, SensitivePath } from './change/measured-change.ts'
export { assessChange } from './change/assess-change.ts'
export { estimatePromptTokens } from './change/estimate-prompt-tokens.ts'
export { isManifest } from './change/manifest.ts'
export { measureChange } from './change/measure-change.ts'
export { pathMatcher, permittedPathMatcher } from './change/path-matcher.ts'
export type { Escalation, EscalationReason, EscalationRequest, PublicJwk } from './escalation/escalation.ts'
export { renderEscalation } from './escalation/render-escalation.ts'
export { renderProse, renderRequest } from './escalation/prose.ts'
export { parseEscalation, type ParsedEscalation } from './escalation/parse-escalation.ts'
export { escalationDigest } from './escalation/escalation-digest.ts'
export { signDecline, type DeclineClaims } from './approval/decline.ts'
export { verifyApproval, type VerifiedApproval } from './approval/verify-approval.ts'
export { appendApproval } from './approval/approval-block.ts'
export type { ApprovalNote } from './approval/approval-note.ts'
export {
  judgeApproval,
  type ApprovalEvidence,
  type ApprovalFacts,
  type JudgedEscalation,
  type Judgement,
} from './approval/judge-approval.ts'
export type { Approval } from './approval/approval.ts'
export type { Approvals, FetchedGrants } from './approval/approvals.ts'
export type { KeyRole, KeySource, PublicKeyRecord } from './grant/keys.ts'
export type {
  CommandDetail,
  GrantApproval,
  GrantClaims,
  GrantDetail,
  ModelCallDetail,
  VerifiedGrant,
  WriteDetail,
} from './grant/grant.ts'
export { generateKeyPair, type KeyPair, type PrivateJwk } from './grant/generate-key-pair.ts'
export { thumbprint } from './grant/thumbprint.ts'
export { parseKeys, renderKeys } from './grant/parse-keys.ts'
export { ulid } from './id/ulid.ts'
export { requireKeyStanding } from './grant/key-standing.ts'
export { keyring } from './grant/keyring.ts'
export { grantId } from './grant/grant-id.ts'
export { grantClaims, type GrantClaimsOptions } from './grant/grant-claims.ts'
export { isSignedBy, readToken, signToken, type UnverifiedToken } from './grant/token.ts'
export { signGrant } from './grant/sign-grant.ts'
export { readGrant } from './grant/read-grant.ts'
export { grantVerifier, type GrantVerifierOptions } from './grant/grant-verifier.ts'
export { grantAudience, verifyGrant, type VerifyGrantOptions, verifyWithKey } from './grant/verify-grant.ts'
export { covers, type CoverFacts, type Coverage, type Uncovered, uncovered } from './grant/covers.ts'
export type { Act, CommandAct, WriteAct } from './authorization/act.ts'
export {
  authorize,
  findAuthorization,
  type Authorization,
  type AuthorizeOptions,
  type FindAuthorizationOptions,
} from './authorization/authorize.ts'
export {
  findGrant,
  type FindGrantOptions,
  type FoundGrant,
  type GrantSearch,
  type UnderGrant,
} from './authorization/find-grant.ts'
export { runRecorded, type ToolOutcome } from './authorization/run-recorded.ts'
export { commandLine } from './authorization/command-line.ts'
export { mayBeHandedOn } from './authorization/environment.ts'
export { memoryLedger } from './ledger/memory-ledger.ts'
export { isRevoked } from './ledger/is-revoked.ts'
export { usedUp } from './ledger/used-up.ts'
export { issuedGrant } from './ledger/issued-grant.ts'
export type { IssuedGrant, Ledger, LedgerUsage, Revocation, Spend, SpendResult } from './ledger/ledger.ts'
export { approvalAttributes } from './event/approval-attributes.ts'
export { toolAttributes, type ToolAttributesOptions, toolRefused, underGrant } from './event/tool-entries.ts'
export { loggedText } from './event/logged-text.ts'
export type { AuditLog } from './event/audit-log.ts'
export type {
  ApprovalAttributes,
  AuditEvent,
  AuditRecord,
  CallAttributes,
  CallFinished,
  CallRefused,
  CallStarted,
  CallSubstituted,
  EventData,
  EventKind,
  EventSource,
  EventType,
  LogOpened,
  RevocationAttributes,
  ToolAttributes,
  UsageCount,
  UsageSummary,
} from './event/event.ts'
