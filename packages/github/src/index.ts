export type { Account, Permission, Standing } from './account/account.ts'
export type { Evidence, QueuedChange } from './evidence/evidence.ts'
export type {
  AuditEvidence,
  CheckEvidence,
  CommitEvidence,
  DeclineEvidence,
  EscalationEvidence,
  GrantEvidence,
  LabelEvent,
  NoteEvidence,
  PullRequestEvidence,
  PushEvidence,
  ReviewEvidence,
} from './evidence/pull-request-evidence.ts'
export { judge, unauthorizedVerdict } from './verdict/judge.ts'
export { connect, type ConnectOptions, type GitHubClient } from './collect/github-client.ts'
export { collectEvidence, type CollectedEvidence } from './collect/collect-evidence.ts'
export type {
  AuditReport,
  CollectEvidenceOptions,
  EvidenceSources,
  Subject,
} from './collect/collect-options.ts'
export type { GitHistory, TreeEntry } from './git/git-history.ts'
export { gate, type Patience } from './gate/gate.ts'
export { type EventSubject, subjectOfEvent } from './gate/subject-of-event.ts'
export { grantFetcher, type GrantFetcherOptions } from './collect/grant-fetcher.ts'
export type { HeadBranch } from './collect/find-pull-requests.ts'
export { commentVerdict, type CommentVerdictOptions, type Commented } from './comment/comment-verdict.ts'
export { findPullRequests } from './collect/find-pull-requests.ts'
export { headOfRun } from './gate/head-of-run.ts'
export { mint, type Minted, type MintOptions } from './mint/mint.ts'
export type { Labeling } from './mint/seen-head.ts'
export { inert } from './report/inert.ts'
export { renderVerdict } from './report/render-verdict.ts'
export {
  errorVerdict,
  type Question,
  type Verdict,
  type VerdictFinding,
  type VerdictType,
} from './verdict/verdict.ts'
export { renderTrailers, type RenderTrailersOptions } from './marks/render-trailers.ts'
export { lintRules, type LintFinding, type LintRule } from './workflow/lint-finding.ts'
export { lintWorkflow, localUses } from './workflow/lint-workflow.ts'
export { commentWorkflowText } from './workflow/comment-workflow-text.ts'
export { mintWorkflowText, type MintWorkflowTextOptions } from './workflow/mint-workflow-text.ts'
export { workflowText, type WorkflowTextOptions } from './workflow/workflow-text.ts'
export { lintForm } from './workflow/lint-form.ts'
export { sarifOf } from './workflow/sarif-of.ts'
