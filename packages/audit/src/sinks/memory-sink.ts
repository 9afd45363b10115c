import type { AuditEvent } from '@policy/core'
import type { AuditEntry } from '../entry/entry.ts'
import type { AuditSink } from './sink.ts'

/** A sink that keeps entries in memory: for tests. */
export interface MemorySink extends AuditSink {
  readonly entries: readonly AuditEntry[]
  /** The events of all entries, oldest first. */
  readonly events: readonly AuditEvent[]
}

/** Keep entries in memory, as tests want to look at them. */
export function memorySink(): MemorySink {
  const entries: AuditEntry[] = []
  return {
    name: 'memory',
    entries,
    get events() {
      return entries.map((entry) => entry.event)
    },
    async append(entry) {
      entries.push(entry)
    },
  }
}
