import type { MeasuredChange } from '../change/measured-change.ts'
import type { EscalationReason } from '../escalation/escalation.ts'

/**
 * What is known of a call besides its bytes: who asks, in which role, for which task.
 *
 * Everything is optional because the world is; a fact that is absent tightens the decision, never loosens it.
 */
export interface CallContext {
  /** Who acts, such as `agent:refactor-bot`. */
  agent?: string
  /** RFC 7638 thumbprint of the key the agent holds; proven by the guard, never taken from the caller. */
  agentKey?: string
  /** The role the agent acts in, such as `developer`. */
  persona?: string
  /** The piece of work, such as `ISSUE-12`. */
  task?: string
  /** The kind of work, such as `triage`: a claim, so it can only tighten. */
  taskClass?: string
  /** The repository, such as `github.com/acme/app`. */
  repo?: string
  /** The branch the work is on. */
  branch?: string
  /** The files the work touches, relative to the repository's top, with `/`. */
  paths?: readonly string[]
  /** Why a dearer model is wanted. */
  reasons?: readonly EscalationReason[]
  /** One sentence for the audit log: why this call is made. */
  rationale?: string
  /** The change this work has made so far, as measured. */
  change?: MeasuredChange
}
