import { randomUUID } from 'node:crypto'
import { PolicyError, type AuditLog, type AuditRecord, type CallFinished, type Clock } from '@policy/core'
import { checkRecord } from '../entry/check-record.ts'
import { toEntry, type AuditEntry } from '../entry/entry.ts'
import { timestamps } from '../entry/timestamps.ts'
import { uuidV7Source } from '../entry/uuid-v7.ts'
import { atExit } from '../sinks/at-exit.ts'
import type { AuditSink } from '../sinks/sink.ts'
import { createDelivery } from './delivery.ts'
import { warnOfLoss, type SinkLoss } from './loss.ts'
import { createTally, nextMidnight, type UsageNames } from './tally.ts'

/** Where entries go, what the log is called, and what stands in for time and chance. */
export interface AuditLogOptions {
  /** Every one of them must take an entry before `record` resolves. */
  sinks: readonly AuditSink[]
  /** These get every entry too, but `record` never waits for them; what they lose goes to `onLoss`. */
  bestEffort?: readonly AuditSink[]
  /** Milliseconds that `flush` and `close` wait for each of them; what is under way when `close` has waited counts as lost. @default 5,000 */
  bestEffortPatience?: number
  /** What the log is called in its first line and in its checkpoints, such as `github.com/acme/app/model-audit`. */
  origin: string
  /** CloudEvents `source` of every entry. @default `urn:model-policy:<instance>` */
  source?: string
  /** Names this recorder among all that ever write to the log. @default a random UUID */
  instance?: string
  /** @default Date.now */
  clock?: Clock
  /** Makes the id of an entry. @default a UUIDv7 of the clock's time */
  randomId?: () => string
  /**
   * Milliseconds between summaries of the calls that are only counted; another is written at midnight UTC and at close.
   * With `false` there are none, and every call is written in full: for a process that lives for one command.
   * @default one hour
   */
  summaryInterval?: number | false
  /** The names that summaries may show. */
  names?: UsageNames
  /** How many entries may wait for `sinks`: a further one is refused at once. So many may be under way to each best-effort sink: a further one is lost to it. @default 10,000 */
  maximumPending?: number
  /** Told of every entry that a best-effort sink lost; if it throws or rejects, a process warning tells of both. @default a process warning */
  onLoss?: (loss: SinkLoss) => void | Promise<void>
}

const hour = 3_600_000

/**
 * Open the record of what happened: entries go to every sink; calls of classes audited as a summary are counted.
 *
 * @throws nothing itself; `record`, `flush` and `close` reject with `audit_failed` when a sink does not take what it must have.
 *
 * @example
 * await using log = createAuditLog({ sinks: [fileSink({ path: 'MODEL_AUDIT.log' })], origin: 'github.com/acme/app/model-audit' })
 */
export function createAuditLog(options: AuditLogOptions): AuditLog & AsyncDisposable {
  const { sinks, bestEffort = [], origin, clock = Date.now, summaryInterval = hour } = options
  const {
    instance = randomUUID(),
    source = `urn:model-policy:${instance}`,
    randomId = uuidV7Source(clock),
  } = options
  const { maximumPending = 10_000, bestEffortPatience: patience = 5_000, onLoss = warnOfLoss } = options

  const delivery = createDelivery({ required: sinks, others: bestEffort, maximumPending, patience, onLoss })
  const now = timestamps(clock)
  const tally = createTally(instance, clock(), options.names)
  /** Summaries keep their id and number until the sinks have them. */
  const outbox: AuditEntry[] = []
  const taking = new Set<Promise<void>>()
  let sending: Promise<void> | undefined
  let announced = false
  let closing: Promise<void> | undefined
  let timer = summaryInterval === false ? undefined : nextSummary(summaryInterval)
  const forget = atExit(endNow)

  for (const sink of [...sinks, ...bestEffort]) {
    sink.open?.(() => stamp({ kind: 'log.opened', data: { 'model_policy.origin': origin } }))
  }

  function stamp({ kind, subject, data }: AuditRecord): AuditEntry {
    const type = `dev.modelpolicy.${kind}.v1` as const
    const about = subject === undefined ? {} : { subject }
    return toEntry({ specversion: '1.0', id: randomId(), source, type, time: now(), ...about, data })
  }

  function summarise(closed: boolean): void {
    announced = true
    for (const data of tally.take(clock(), closed)) outbox.push(stamp({ kind: 'usage.summary', data }))
  }

  /** Send the outbox in order; what the sinks refuse stays for the next time. */
  async function send(): Promise<void> {
    for (let entry = outbox[0]; entry; entry = outbox[0]) {
      await delivery.deliver(entry)
      outbox.shift()
    }
  }

  function startSending(): Promise<void> {
    return (sending ??= send().finally(() => {
      sending = undefined
    }))
  }

  async function sendAll(): Promise<void> {
    await sending?.catch(() => {})
    await startSending()
  }

  /** A summary that cannot be written now waits in the outbox; `flush` and `close` tell of it. */
  function sendSoon(): void {
    startSending().catch((error: unknown) => {
      process.emitWarning(`A usage summary waits to be written: ${String(error)}`, {
        code: 'model_policy_audit',
      })
    })
  }

  function nextSummary(interval: number): NodeJS.Timeout {
    const now = clock()
    // Without unref the timer alone would keep a finished process alive.
    return setTimeout(onInterval, Math.min(interval, nextMidnight(now) - now), interval).unref()
  }

  function onInterval(interval: number): void {
    summarise(false)
    sendSoon()
    timer = nextSummary(interval)
  }

  function count(call: CallFinished): void {
    // The first counted call announces the instance, so that one which is killed later is seen never to have closed.
    if (!announced) {
      summarise(false)
      sendSoon()
    }
    tally.count(call, clock())
  }

  /** The process exits without `close`: sinks that can write at once, such as the file, still get the last summary. */
  function endNow(): void {
    if (announced) summarise(true)
    for (const entry of outbox) delivery.handOver(entry)
  }

  async function take(record: AuditRecord): Promise<void> {
    await checkRecord(record)
    if (summaryInterval !== false && isCounted(record)) count(record.data)
    else await delivery.deliver(stamp(record))
  }

  async function flush(): Promise<void> {
    // Who made a record hears whether it was taken; here it matters only that it is no longer under way.
    await Promise.allSettled(taking)
    await sendAll()
    await delivery.flush()
  }

  async function close(): Promise<void> {
    clearTimeout(timer)
    forget()
    await Promise.allSettled(taking)
    if (summaryInterval !== false) summarise(true)
    try {
      await sendAll()
    } finally {
      await delivery.close()
    }
  }

  return {
    async record(record) {
      if (closing)
        throw new PolicyError('audit_failed', 'The audit log is closed.', {
          remedy: 'Record before close().',
        })
      const work = take(record)
      taking.add(work)
      try {
        await work
      } finally {
        taking.delete(work)
      }
    },
    flush,
    close: () => (closing ??= close()),
    [Symbol.asyncDispose]: () => (closing ??= close()),
  }
}

/** Calls of classes audited as a summary are counted when they end; their refusals are written like any other. */
function isCounted(record: AuditRecord): record is AuditRecord & { kind: 'call.finished' } {
  return record.kind === 'call.finished' && record.data['model_policy.audit'] === 'summary'
}
