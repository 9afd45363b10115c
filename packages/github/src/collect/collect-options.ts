import type { AuditEvent, PolicyErrorCode } from '@policy/core'
import type { GitHistory } from '../git/git-history.ts'
import type { GitHubClient } from './github-client.ts'

/** What evidence of the audit log shows; `faults` says why it shows nothing. */
export type AuditReport =
  | { type: 'verified'; events: readonly AuditEvent[] }
  | { type: 'failed'; faults: readonly { code: PolicyErrorCode; message: string }[] }

/** Where evidence is collected from. */
export interface EvidenceSources {
  github: GitHubClient
  history: GitHistory
  /** The repository on GitHub. */
  owner: string
  repo: string
  /** Verify an evidence file, as parsed from JSON, against the log's verifier key. */
  verifyAudit(evidence: unknown, logKey: string): Promise<AuditReport>
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now: number
}

/** What is judged. */
export type Subject =
  | { type: 'pull-request'; number: number }
  /** A merge queue's commit, and the branch commit it is built on. */
  | { type: 'merge-group'; base: string; head: string; headRef: string }

/** Where evidence is collected from, and about what. */
export interface CollectEvidenceOptions extends EvidenceSources {
  subject: Subject
}
