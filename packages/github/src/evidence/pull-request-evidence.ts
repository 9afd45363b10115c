import type {
  ApprovalNote,
  AuditEvent,
  Change,
  Digest,
  Escalation,
  PolicyErrorCode,
  PublicKeyRecord,
  VerifiedGrant,
} from '@policy/core'
import type { Account, Standing } from '../account/account.ts'

/** A commit of a pull request: its text and authors from GitHub, its paths from git. */
export interface CommitEvidence {
  id: string
  message: string
  /** The account that GitHub attributes it to; `undefined` when its address belongs to none. Text that anybody can write. */
  author: Account | undefined
  committer: Account | undefined
  /** When it says it was made, in milliseconds since 1970-01-01T00:00:00Z; not a number where it does not say. */
  at: number
  /** Names and addresses of its author and committer, as the commit has them. Text that anybody can write. */
  signatures: readonly { name: string; address: string }[]
  /** What GitHub found of its signature; `reason` is `valid` when it verifies. */
  verification: { verified: boolean; reason: string }
  /** Ids of its parents. */
  parents: readonly string[]
  /** Paths it touches against its parent; for a merge, those that differ from every parent. Written as in `Change`. */
  paths: readonly string[]
}

/** A label put on or taken off a pull request, under the name it had then. */
export interface LabelEvent {
  id: number
  type: 'labeled' | 'unlabeled'
  label: string
  /** `undefined` when the account is gone. */
  actor: Account | undefined
  /** The app that acted in the actor's name, if any. */
  viaApp: string | undefined
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  at: number
}

/** A review, as it stands now. */
export interface ReviewEvidence {
  id: number
  by: Account | undefined
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING'
  /** The head that was reviewed; `undefined` when it is gone. */
  commit: string | undefined
  /** When it was submitted, in milliseconds since 1970-01-01T00:00:00Z. */
  at: number
}

/** A run of one check on the head, in one suite of one app, that no later one took the place of. */
export interface CheckEvidence {
  name: string
  /** Id of the app that reports it. */
  app: number | undefined
  /** `pending` until it has ended; then GitHub's conclusion, such as `success`. */
  conclusion: string
}

/** A push to the pull request's branch, by the account that GitHub authenticated. */
export interface PushEvidence {
  by: Account | undefined
  /** Heads of the branch, before it and after it. */
  before: string
  after: string
}

/** A note in `escalation.md`: it counts by who committed it. */
export interface NoteEvidence extends ApprovalNote {
  /** The newest commit that touched the file; `undefined` when none of this pull request did, or it wrote another text than the head has. */
  commit: Pick<CommitEvidence, 'id' | 'author' | 'committer' | 'verification'> | undefined
}

/** `escalation.md` in the head's tree. */
export type EscalationEvidence =
  | { type: 'missing' }
  | { type: 'refused'; code: PolicyErrorCode; reason: string }
  | {
      type: 'read'
      escalation: Escalation
      digest: Digest
      /** Whether the base branch has the same request, or the evidence of its calls, already. */
      onBase: boolean
      /** Whether head and base branch both build on the commit that the escalation starts from. */
      reachesBase: boolean
      note?: NoteEvidence
    }

/** An `escalation.md` that could be read. */
export type ReadableEscalation = Extract<EscalationEvidence, { type: 'read' }>

/** A grant token found with the pull request. */
export type GrantEvidence =
  | { type: 'verified'; token: string; grant: VerifiedGrant; key: PublicKeyRecord }
  | { type: 'refused'; code: PolicyErrorCode; reason: string }

/** The signed decline found in `escalation.md`, if there is one that verifies. */
export interface DeclineEvidence {
  by: string
  reason: string
}

/** The evidence file of the escalation, in the head's tree. */
export type AuditEvidence =
  | { type: 'missing' }
  | { type: 'refused'; code: PolicyErrorCode; reason: string }
  | { type: 'verified'; events: readonly AuditEvent[] }

/** Everything a verdict on one pull request is made from: live facts, complete. */
export interface PullRequestEvidence {
  /** Its number in the repository. */
  number: number
  /** Whether its author says that it is not ready. */
  draft: boolean
  /** The repository's id, such as `github.com/acme/app`. */
  repository: string
  /** Who opened it; `undefined` when the account is gone. */
  author: Account | undefined
  /** Whose fork the head lies in, when it does not lie in the repository itself. */
  forkOwner?: Account
  /** Name of the branch it asks to be merged into. */
  baseBranch: string
  /** Tip of that branch. */
  base: string
  /** The newest commit of its branch, as a full id. */
  head: string
  /** Name of the branch that holds the work. */
  headBranch: string
  /** Its description. Text that anybody can write. */
  body: string
  /** The commits that it would bring in. */
  commits: readonly CommitEvidence[]
  /** Labels that are on it now. */
  labels: readonly string[]
  /** Oldest first. */
  labelEvents: readonly LabelEvent[]
  /** When it was last given another base branch, in milliseconds since 1970-01-01T00:00:00Z. */
  retargetedAt?: number
  /** Oldest first. */
  reviews: readonly ReviewEvidence[]
  /** The runs of each check on the head, in each suite of each app, that no later one took the place of. */
  checks: readonly CheckEvidence[]
  /** Every push to its branch; none of a fork's that may not be read. */
  pushes: readonly PushEvidence[]
  /** What it changes against the merge base, as git counts it. */
  change: Change
  /** Where each symlink that it adds or changes points. */
  symlinks: readonly { path: string; target: string }[]
  /** Lock files, and the manifest, of which it alters what they say of the gate's own packages and of what installs them. */
  gateLocks: readonly string[]
  /** What `escalation.md` at the head says, as far as it can be read. */
  escalation: EscalationEvidence
  /** Every grant that was found for it, with what came of verifying it. */
  grants: readonly GrantEvidence[]
  /** A person's no, where one was given. */
  decline?: DeclineEvidence
  /** What the evidence file at the head shows. */
  audit: AuditEvidence
  /** The standing of everybody whose label or review may count, by `github:<id>`. */
  standings: Readonly<Record<string, Standing>>
}
