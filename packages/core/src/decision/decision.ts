import type { PolicyErrorCode } from '../errors/codes.ts'
import type { VerifiedGrant } from '../grant/grant.ts'
import type { AuditLevel, ResolvedModel } from '../models/resolved-model.ts'
import type { Finding } from './finding.ts'

/** The call may run. */
export interface Allow {
  type: 'allow'
  /** The model that runs; of several, the one whose class is most restrictive. */
  model: ResolvedModel
  /** How the call is recorded. */
  audit: AuditLevel
  /** The grant it runs under, for classes that need one: still to be spent in the ledger. */
  grant?: VerifiedGrant
  /** What every rule saw. */
  findings: readonly Finding[]
}

/** The call may not run as things stand; a grant would change the answer. */
export interface Escalate {
  type: 'escalate'
  /** Stable, for programs: why not as things stand, or what kept the nearest grant from covering the call. */
  code: PolicyErrorCode
  /** For people: the facts that led here. */
  reason: string
  /** The models as resolved, most restrictive first. */
  models: readonly ResolvedModel[]
  /** What every rule saw. */
  findings: readonly Finding[]
}

/** The call may not run; nothing would change the answer. */
export interface Deny {
  type: 'deny'
  /** Stable, for programs. */
  code: PolicyErrorCode
  /** For people: the facts that led here. */
  reason: string
  /** The models as resolved, most restrictive first. */
  models: readonly ResolvedModel[]
  /** What every rule saw. */
  findings: readonly Finding[]
}

/** The answer to one call, as a value: it can be shown, recorded and compared. */
export type Decision = Allow | Escalate | Deny
