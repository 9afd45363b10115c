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
export { judge } from './verdict/judge.ts'
export {
  errorVerdict,
  type Question,
  type Verdict,
  type VerdictFinding,
  type VerdictType,
} from './verdict/verdict.ts'
export { renderTrailers, type RenderTrailersOptions } from './marks/render-trailers.ts'
