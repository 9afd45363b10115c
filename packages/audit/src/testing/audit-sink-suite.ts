import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { toEntry, type AuditEntry } from '../entry/entry.ts'
import type { AuditSink } from '../sinks/sink.ts'

/** One check of a suite, for any test runner: `for (const { name, run } of suite) it(name, run)`. */
export interface SuiteCase {
  name: string
  /** Rejects with an `AssertionError` when the check fails. */
  run(): Promise<void>
}

/** A sink under test, at a place of its own. */
export interface SinkUnderTest {
  sink: AuditSink
  /** Every line that has arrived, without its LF, oldest first. */
  lines(): Promise<readonly string[]>
  /** Make the place unreachable, and reachable again, where that can be done. */
  outage?: { begin(): Promise<void>; end(): Promise<void> }
}

/** How the suite gets a fresh sink. */
export interface AuditSinkSuiteOptions {
  /** Make a new sink whose place is empty. */
  open(): Promise<SinkUnderTest>
}

/** An entry to append; `text` is where its line's length comes from. */
function anEntry(number: number, text = `Number ${number}: naïve ☃`): AuditEntry {
  return toEntry({
    specversion: '1.0',
    id: `01a20320-a200-7000-8000-${String(number).padStart(12, '0')}`,
    source: 'urn:model-policy:suite',
    type: 'dev.modelpolicy.tool.refused.v1',
    time: '2026-11-22T12:00:00.000Z',
    data: {
      'model_policy.call_id': `call-${number}`,
      'gen_ai.tool.name': 'shell',
      'model_policy.effect': 'shell',
      'model_policy.reason': text,
    },
  })
}

const longest = 65_535

/** What every audit sink must do, as cases for any test runner. Used by our own sinks and for yours. */
export function auditSinkSuite({ open }: AuditSinkSuiteOptions): readonly SuiteCase[] {
  const withSink = (name: string, check: (place: SinkUnderTest) => Promise<void>): SuiteCase => ({
    name,
    async run() {
      const place = await open()
      try {
        await check(place)
      } finally {
        await place.sink.close?.()
      }
    },
  })

  return [
    withSink('has a name', async ({ sink }) => {
      ok(sink.name.length > 0)
    }),
    withSink('takes an entry as its exact line', async ({ sink, lines }) => {
      const entry = anEntry(1)
      await sink.append(entry)
      await sink.flush?.()
      deepEqual(await lines(), [entry.line])
    }),
    withSink('takes the longest line there is', async ({ sink, lines }) => {
      const room = longest - Buffer.byteLength(anEntry(1, '').line)
      const entry = anEntry(1, 'x'.repeat(room))
      equal(Buffer.byteLength(entry.line), longest)
      await sink.append(entry)
      await sink.flush?.()
      deepEqual(await lines(), [entry.line])
    }),
    withSink('takes overlapping entries in order, none twice', async ({ sink, lines }) => {
      const entries = Array.from({ length: 300 }, (_, index) => anEntry(index))
      await Promise.all(entries.map((entry) => sink.append(entry)))
      await sink.flush?.()
      deepEqual(
        await lines(),
        entries.map(({ line }) => line),
      )
    }),
    withSink('has everything after flush, also what nobody waited for', async ({ sink, lines }) => {
      const entries = [anEntry(1), anEntry(2)]
      const taken = entries.map((entry) => sink.append(entry))
      await sink.flush?.()
      await Promise.all(taken)
      equal((await lines()).length, 2)
    }),
    withSink('loses nothing on close', async ({ sink, lines }) => {
      const taken = sink.append(anEntry(1))
      await sink.close?.()
      await taken
      deepEqual(await lines(), [anEntry(1).line])
    }),
    withSink(
      'says so when it cannot take an entry, and takes the next one when it can',
      async ({ sink, lines, outage }) => {
        if (!outage) return
        await outage.begin()
        await rejects(async () => {
          await sink.append(anEntry(1))
          await sink.flush?.()
        })
        await outage.end()
        await sink.append(anEntry(2))
        await sink.flush?.()
        deepEqual(await lines(), [anEntry(2).line])
      },
    ),
  ]
}
