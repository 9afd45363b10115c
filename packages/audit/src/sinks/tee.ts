import type { AuditSink } from './sink.ts'

/** One sink made of several: an entry is taken once every one of them has it. */
export function tee(...sinks: readonly AuditSink[]): AuditSink {
  return {
    name: sinks.map(({ name }) => name).join(' and '),
    open(opening) {
      for (const sink of sinks) sink.open?.(opening)
    },
    async append(entry) {
      await Promise.all(sinks.map(async (sink) => sink.append(entry)))
    },
    async flush() {
      await Promise.all(sinks.map(async (sink) => sink.flush?.()))
    },
    async close() {
      await Promise.all(sinks.map(async (sink) => sink.close?.()))
    },
  }
}
