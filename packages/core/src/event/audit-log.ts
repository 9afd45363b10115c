import type { AuditRecord } from './event.ts'

/** The record of what happened, as the guard and the commands see it. */
export interface AuditLog {
  /**
   * Take one record. Resolves once every required sink has acknowledged it; rejects with `audit_failed` otherwise.
   * A record whose data says `model_policy.audit: summary` is counted for the daily summary instead of written.
   */
  record(record: AuditRecord): Promise<void>
  /** Resolves once everything taken so far has reached its sinks. */
  flush(): Promise<void>
  /** Write the last summary, flush, and let go of files. */
  close(): Promise<void>
}
