import type { AuditLog, AuditRecord } from '@policy/core'

/** An audit log that keeps its records in memory. */
export interface MemoryAuditLog extends AuditLog {
  /** What was recorded, oldest first. */
  readonly records: readonly AuditRecord[]
}

/** An audit log for tests: every record is acknowledged at once and kept. */
export function memoryAuditLog(): MemoryAuditLog {
  const records: AuditRecord[] = []
  return {
    records,
    async record(record) {
      records.push(record)
    },
    async flush() {},
    async close() {},
  }
}
