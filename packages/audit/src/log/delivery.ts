import { PolicyError } from '@policy/core'
import type { AuditEntry } from '../entry/entry.ts'
import type { AuditSink } from '../sinks/sink.ts'

export interface DeliveryOptions {
  /** An entry counts as recorded when all of these have it. */
  required: readonly AuditSink[]
  /** These are offered each entry; what they lose is counted. */
  bestEffort: readonly AuditSink[]
  /** How many entries may be under way. */
  maximumPending: number
  /** Hears of each entry that a best-effort sink did not take. */
  onLoss: (loss: SinkLoss) => void
}

/** An entry that a best-effort sink did not take. */
export interface SinkLoss {
  /** The sink's name. */
  sink: string
  entry: AuditEntry
  error: unknown
  /** How many this sink has lost so far. */
  lost: number
}

/** Entries on their way to several sinks. */
export interface Delivery {
  /** Resolves when every required sink has the entry; rejects with `audit_failed`. */
  deliver(entry: AuditEntry): Promise<void>
  /** Hand an entry over without waiting: the process is about to exit. */
  handOver(entry: AuditEntry): void
  /** Resolves when every sink has what was delivered before; rejects with `audit_failed`. */
  flush(): Promise<void>
  /** Flush, then close every sink. */
  close(): Promise<void>
}

/** Give entries to sinks: wait for the required ones, count what the others lose, and bound what waits. */
export function createDelivery({ required, bestEffort, maximumPending, onLoss }: DeliveryOptions): Delivery {
  const all = [...required, ...bestEffort]
  const only = required.length === 1 ? required[0] : undefined
  const offered = new Set<Promise<void>>()
  const lost = new Map<AuditSink, number>()
  let delivering = 0

  async function track(work: Promise<void>): Promise<void> {
    offered.add(work)
    await work
    offered.delete(work)
  }

  async function offer(sink: AuditSink, entry: AuditEntry): Promise<void> {
    try {
      await sink.append(entry)
    } catch (error) {
      const count = (lost.get(sink) ?? 0) + 1
      lost.set(sink, count)
      onLoss({ sink: sink.name, entry, error, lost: count })
    }
  }

  async function flush(): Promise<void> {
    await Promise.allSettled(offered)
    await Promise.allSettled(bestEffort.map((sink) => sink.flush?.()))
    try {
      await Promise.all(required.map((sink) => sink.flush?.()))
    } catch (cause) {
      throw notTaken(cause)
    }
  }

  return {
    async deliver(entry) {
      const pending = delivering + offered.size
      if (pending >= maximumPending) throw tooMany(pending)
      for (const sink of bestEffort) void track(offer(sink, entry))
      delivering += 1
      try {
        // One sink is the usual case, and Promise.all costs more than many a sink.
        await (only ? only.append(entry) : Promise.all(required.map((sink) => sink.append(entry))))
      } catch (cause) {
        throw notTaken(cause)
      } finally {
        delivering -= 1
      }
    },
    handOver(entry) {
      for (const sink of all) sink.append(entry).catch(() => {})
    },
    flush,
    async close() {
      try {
        await flush()
      } finally {
        await Promise.allSettled(all.map((sink) => sink.close?.()))
      }
    },
  }
}

function tooMany(count: number): PolicyError {
  return new PolicyError(
    'audit_failed',
    `The audit log refuses an entry: ${count} are waiting for its sinks already.`,
    {
      remedy: 'Await each record(), or give the log a faster sink.',
    },
  )
}

function notTaken(cause: unknown): PolicyError {
  if (PolicyError.is(cause) && cause.code === 'audit_failed') return cause
  const fact = cause instanceof Error ? cause.message : String(cause)
  const remedy = PolicyError.is(cause) ? cause.remedy : undefined
  return new PolicyError('audit_failed', `The audit log did not take an entry. ${fact}`, {
    cause,
    ...(remedy === undefined ? {} : { remedy }),
  })
}
