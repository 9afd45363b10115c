import { PolicyError } from '@policy/core'
import type { AuditEntry } from '../entry/entry.ts'
import type { AuditSink } from '../sinks/sink.ts'
import { bestEffort, type BestEffortOptions } from './best-effort.ts'

export interface DeliveryOptions extends BestEffortOptions {
  /** An entry counts as recorded when all of these have it. */
  required: readonly AuditSink[]
  /** These are offered each entry; what they lose is counted. */
  others: readonly AuditSink[]
  /** How many entries may wait for the required sinks, and how many may be under way to each other one. */
  maximumPending: number
}

/** Entries on their way to several sinks. */
export interface Delivery {
  /** Resolves when every required sink has the entry; rejects with `audit_failed`. */
  deliver(entry: AuditEntry): Promise<void>
  /** Hand an entry over without waiting: the process is about to exit. */
  handOver(entry: AuditEntry): void
  /** Resolves when every required sink has what was delivered before, and the others too or have had their time; rejects with `audit_failed`. */
  flush(): Promise<void>
  /** Flush, then close every sink. */
  close(): Promise<void>
}

/** Give entries to sinks: wait for the required ones, count what the others lose, and bound what waits. */
export function createDelivery({ required, others, maximumPending, ...told }: DeliveryOptions): Delivery {
  const only = required.length === 1 ? required[0] : undefined
  const offers = others.map((sink) => bestEffort(sink, { maximumPending, ...told }))
  let delivering = 0

  async function flushRequired(): Promise<void> {
    try {
      await Promise.all(required.map(async (sink) => sink.flush?.()))
    } catch (cause) {
      throw notTaken(cause)
    }
  }

  return {
    async deliver(entry) {
      if (delivering >= maximumPending) throw tooMany(delivering)
      for (const offer of offers) offer.offer(entry)
      delivering += 1
      try {
        // One sink is the usual case, and Promise.all costs more than many a sink. One that throws at once must not leave the others' answers
        // without a reader.
        await (only ? only.append(entry) : Promise.all(required.map(async (sink) => sink.append(entry))))
      } catch (cause) {
        throw notTaken(cause)
      } finally {
        delivering -= 1
      }
    },
    handOver(entry) {
      // Nobody is left to hear of it, and one that throws at once must not keep the entry from the next.
      for (const sink of [...required, ...others]) void (async () => sink.append(entry))().catch(() => {})
    },
    async flush() {
      const offered = Promise.all(offers.map((offer) => offer.flush()))
      try {
        await flushRequired()
      } finally {
        await offered
      }
    },
    async close() {
      const offered = Promise.all(offers.map((offer) => offer.close()))
      try {
        await flushRequired()
      } finally {
        await Promise.allSettled(required.map(async (sink) => sink.close?.()))
        await offered
      }
    },
  }
}

function tooMany(count: number): PolicyError {
  return new PolicyError(
    'audit_failed',
    `The audit log refuses an entry: ${count} are waiting for its required sinks already.`,
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
