import type { AuditEvent } from '@policy/core'
import type { AuditSink } from './sink.ts'

/** A sink that is given only some events; the others count as taken. */
export function filter(sink: AuditSink, wants: (event: AuditEvent) => boolean): AuditSink {
  return {
    name: `${sink.name}, filtered`,
    open(opening) {
      sink.open?.(opening)
    },
    async append(entry) {
      if (wants(entry.event)) await sink.append(entry)
    },
    async flush() {
      await sink.flush?.()
    },
    async close() {
      await sink.close?.()
    },
  }
}
