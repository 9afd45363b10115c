import { countOf, PolicyError } from '@policy/core'
import type { AuditEntry } from '../entry/entry.ts'
import type { AuditSink } from '../sinks/sink.ts'
import { tellOfLoss, warnOfFlush, type SinkLoss } from './loss.ts'

export interface BestEffortOptions {
  /** How many entries may be under way to one sink; a further one is lost to it. */
  maximumPending: number
  /** Milliseconds that a flush or a close waits for one sink. */
  patience: number
  onLoss: (loss: SinkLoss) => void | Promise<void>
}

/** A sink that is offered entries and holds nothing up: what it does not take is counted and told. */
export interface BestEffort {
  offer(entry: AuditEntry): void
  /** Resolves when the sink has what it was offered, or has had its time. */
  flush(): Promise<void>
  /** Flush, then close the sink; an entry that is under way when the time is over counts as lost. */
  close(): Promise<void>
}

/** Offer entries to a sink within bounds of its own: whatever it does, nobody but its own entries suffers. */
export function bestEffort(
  sink: AuditSink,
  { maximumPending, patience, onLoss }: BestEffortOptions,
): BestEffort {
  /** What is under way; `settled` resolves when the sink has answered, whatever it says. */
  const pending = new Set<{ entry: AuditEntry; settled: Promise<void> }>()
  let lost = 0

  function lose(entry: AuditEntry, error: unknown): void {
    lost += 1
    void tellOfLoss({ sink: sink.name, entry, error, lost }, onLoss)
  }

  function offer(entry: AuditEntry): void {
    if (pending.size >= maximumPending) return lose(entry, stuck(pending.size))
    // Within an async function a sink that throws at once rejects like any other.
    const taken = (async () => sink.append(entry))()
    const offered = {
      entry,
      settled: taken.then(
        () => void pending.delete(offered),
        (error: unknown) => {
          // What is no longer pending was given up at close, and told then.
          if (pending.delete(offered)) lose(entry, error)
        },
      ),
    }
    pending.add(offered)
  }

  async function settle(): Promise<void> {
    await Promise.all(Array.from(pending, ({ settled }) => settled))
    try {
      await sink.flush?.()
    } catch (error) {
      warnOfFlush(sink.name, error)
    }
  }

  return {
    offer,
    async flush() {
      const time = timeOf(patience)
      await time.orUntil(settle())
      time.end()
    },
    async close() {
      const time = timeOf(patience)
      await time.orUntil(settle())
      // Also one that is stuck lets go of what it holds, if it can; nobody waits for it longer than for the rest.
      await time.orUntil((async () => sink.close?.())())
      time.end()
      for (const offered of pending) if (pending.delete(offered)) lose(offered.entry, tooSlow(patience))
    },
  }
}

/** A span of time that begins now: wait in it for work that may fail or never end. */
function timeOf(milliseconds: number) {
  const over = Promise.withResolvers<void>()
  const timer = setTimeout(over.resolve, milliseconds)
  return {
    orUntil: (work: Promise<unknown>) => Promise.race([work.catch(() => {}), over.promise]),
    end: () => clearTimeout(timer),
  }
}

function stuck(count: number): PolicyError {
  return new PolicyError(
    'audit_failed',
    `The audit sink was not given an entry: ${countOf(count, 'entry is', 'entries are')} under way to it already.`,
    { remedy: 'Look whether the sink answers, or give the log a faster one.' },
  )
}

function tooSlow(patience: number): PolicyError {
  return new PolicyError(
    'audit_failed',
    `The audit sink did not answer for an entry within ${patience} ms of closing the log.`,
    { remedy: 'Look whether the sink answers; the entry may have arrived all the same.' },
  )
}
