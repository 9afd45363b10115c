import type { AuditEvent } from '@policy/core'
import type { AuditSink } from './sink.ts'

/** A sink that is given only some events; the others count as taken. */
export function filter(sink: AuditSink, wants: (event: AuditEvent) => boolean): AuditSink {
  return {
    ...sink,
    name: `${sink.name}, filtered`,
    append: async (entry) => {
      if (wants(entry.event)) await sink.append(entry)
    },
  }
}
