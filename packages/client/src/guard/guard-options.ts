import type {
  Approvals,
  AuditLog,
  CallContext,
  Clock,
  Escalation,
  KeySource,
  Ledger,
  Policy,
  PromptHashKey,
} from '@policy/core'
import type { EscalationDraft } from '../refusal/refusal.ts'
import type { DecisionEvent, SubstitutedEvent } from './guard-events.ts'
import type { Measure } from './measured-context.ts'
import type { AgentKey } from './agent-key.ts'
import type { ReadBranch } from './on-branch.ts'

/** What {@link createGuard} puts together; explicit values, nothing is looked up. */
export interface GuardOptions {
  /** The policy this guard holds for life. */
  policy: Policy
  /** Where calls are recorded; a call that must be audited in full leaves only once its entry is acknowledged. */
  audit: AuditLog
  /** The public keys that may sign grants. */
  keys: KeySource
  /** Where grants are spent. */
  ledger: Ledger
  /** The agent's key pair, to which grants are bound; without it no grant covers anything. */
  agentKey?: AgentKey
  /** Where escalations are put and grants are found. */
  approvals?: Approvals
  /** Grant tokens at hand besides those of `approvals`; each is verified before it counts. */
  grants?: readonly string[]
  /** What holds for every call of this guard; `repo` is also the only issuer whose grants count. */
  context?: CallContext
  /** Hash prompts under this secret, so that nobody without it can confirm a guess at one. @default a plain SHA-256 */
  promptHashKey?: PromptHashKey
  /** `enforce` makes a policy that only observes refuse; the other way round does not exist. */
  enforcement?: 'enforce'
  /**
   * Measures the work, since a commit where one is given; asked only for calls that would be refused without it. What it says counts
   * before what anybody claims.
   */
  measure?: Measure
  /**
   * Tells which branch is checked out; asked at each call where the policy has rules about branches. What it says stands in place of what any
   * context says.
   */
  branch?: ReadBranch
  /** Fills in a draft with what only measuring tells, before people are asked. */
  completeEscalation?: (draft: EscalationDraft) => Promise<Escalation>
  /**
   * Called with a copy of every decision, for the application's own logging. If it throws, the call is refused with `guard_failed`, or with the
   * code of the `PolicyError` it threw, even after a grant was spent on it; where the policy only observes, the call leaves all the same.
   * A promise is not waited for.
   */
  onDecision?: (event: DecisionEvent) => void
  /**
   * Called with a copy of what is recorded when another class of model answered than was decided about. The answer is on its way by then: what
   * this throws reaches nobody who made a call, and is an `uncaughtException` of the process.
   */
  onSubstituted?: (event: SubstitutedEvent) => void
  /** @default Date.now */
  clock?: Clock
  /** Names calls; must never repeat. @default crypto.randomUUID */
  randomId?: () => string
}
