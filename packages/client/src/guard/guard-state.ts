import type { AuditLog, AuditRecord, Clock, Ledger, Policy, PublicJwk } from '@policy/core'
import type { AskOptions } from './ask.ts'
import type { BatchFile } from '../request/batch-file.ts'
import type { DecisionEvent, SubstitutedEvent } from './guard-events.ts'
import type { Measure } from './measured-context.ts'
import type { LogicalCall } from './logical-call.ts'
import type { Fetch } from './fetch.ts'

/** What the parts of one guard share. */
export interface GuardState {
  readonly policy: Policy
  readonly ledger: Ledger
  readonly audit: AuditLog
  readonly clock: Clock
  readonly randomId: () => string
  readonly agentPublicKey: PublicJwk | undefined
  /** Measures the work so far, where there is somebody who can. */
  readonly measure: Measure | undefined
  /** Whether decisions are recorded but refuse nothing. */
  readonly observing: boolean
  /** Tell the application and tracing tools of a decision; throws what the application throws. */
  announce(event: DecisionEvent): void
  /** Tell the application that another class of model answered. */
  substituted(event: SubstitutedEvent): void
  askOptions(): AskOptions
  /** Record, and count the loss where the log does not take it. */
  recordOrCount(record: AuditRecord): Promise<void>
  /** The same without waiting; `settled` waits. */
  recordLater(record: AuditRecord): void
  /** Resolves once everything recorded later is recorded. */
  settled(): Promise<void>
  /** Every fetch this guard has made, with the one it leads to: a call through two of them is still one call. */
  readonly guarded: WeakMap<Fetch, Fetch>
  /** Batches that were read as they were uploaded, by file id. */
  readonly batches: Map<string, BatchFile>
  /** Calls that run in the background, by response id. */
  readonly background: Map<string, LogicalCall>
  /** Calls that left and are not over. */
  readonly open: Set<LogicalCall>
  closed: boolean
  /** Entries that the log did not take. */
  lost: number
}
