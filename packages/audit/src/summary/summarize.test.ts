import type { AuditEvent, CallFinished, UsageCount, UsageSummary } from '@policy/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finishedCall } from '../../test/support/log-fixture.ts'
import { createTally } from '../log/tally.ts'
import { summarize } from './summarize.ts'

const day = '2026-11-22'
let id = 0

function event<Kind extends 'usage.summary' | 'call.finished'>(
  kind: Kind,
  data: AuditEvent<Kind>['data'],
  time: string,
): AuditEvent {
  id += 1
  return {
    specversion: '1.0',
    id: `01a20320-a200-7000-8000-${String(id).padStart(12, '0')}`,
    source: 'urn:model-policy:test',
    type: `dev.modelpolicy.${kind}.v1`,
    time,
    data,
  } as AuditEvent
}

function count(calls: number, persona = 'developer'): UsageCount {
  return {
    persona,
    taskClass: 'triage',
    model: 'gpt-5-mini',
    calls,
    inputTokens: 10 * calls,
    outputTokens: calls,
  }
}

const at = (hour: number) => new Date(Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000).toISOString()

function summary(
  instance: string,
  seq: number,
  hours: [number, number],
  counts: UsageCount[],
  closed = false,
): AuditEvent {
  const data: UsageSummary = {
    'model_policy.instance': instance,
    'model_policy.seq': seq,
    'model_policy.from': at(hours[0]),
    'model_policy.to': at(hours[1]),
    'model_policy.counts': counts,
    'model_policy.closed': closed,
  }
  return event('usage.summary', data, at(hours[1]))
}

const whole = [
  summary('a', 0, [1, 1], []),
  summary('a', 1, [1, 2], [count(3)]),
  summary('a', 2, [2, 3], [count(4)], true),
]

describe('summarize', () => {
  it('adds up, from events or lines, in any order', async () => {
    const expected = { counted: [count(7)], recorded: [], gaps: [], unclosed: [], doubles: 0, unreadable: 0 }
    expect(await summarize(whole, { day })).toEqual({ day, ...expected })
    const lines = whole.toReversed().map((event) => JSON.stringify(event))
    expect(await summarize(lines, { day })).toEqual({ day, ...expected })
  })

  it('counts a double once, and says so', async () => {
    const report = await summarize([...whole, ...whole], { day })
    expect(report).toMatchObject({ counted: [count(7)], doubles: 3 })
  })

  it('names the summaries that are missing', async () => {
    const some = [summary('a', 2, [2, 3], [count(1)]), summary('a', 7, [5, 6], [count(1)], true)]
    expect(await summarize(some, { day })).toMatchObject({
      counted: [count(2)],
      gaps: [
        { instance: 'a', from: 0, to: 1 },
        { instance: 'a', from: 3, to: 6 },
      ],
    })
  })

  it('names instances that never closed, on the day they were last heard of', async () => {
    const killed = [summary('k', 0, [1, 1], []), summary('k', 1, [1, 2], [count(1)])]
    const lastSeen = `${day}T02:00:00.000Z`
    expect(await summarize(killed, { day })).toMatchObject({ unclosed: [{ instance: 'k', lastSeen }] })
    expect(await summarize(killed, { day: '2026-11-23' })).toMatchObject({
      counted: [],
      gaps: [],
      unclosed: [],
    })
    const atWorkOverMidnight = [
      summary('w', 0, [20, 24], [count(1)]),
      summary('w', 1, [24, 25], [count(2)], true),
    ]
    expect(await summarize(atWorkOverMidnight, { day })).toMatchObject({ counted: [count(1)], unclosed: [] })
    expect(await summarize(atWorkOverMidnight, { day: '2026-11-23' })).toMatchObject({
      counted: [count(2)],
      unclosed: [],
    })
  })

  it('counts calls recorded in full beside those that are only counted', async () => {
    const { data } = finishedCall('call-1') as { data: CallFinished }
    const finished = event(
      'call.finished',
      { ...data, 'gen_ai.usage.input_tokens': 5 },
      `${day}T10:00:00.000Z`,
    )
    const report = await summarize([...whole, finished, finished], { day })
    const recorded = {
      persona: 'unspecified',
      taskClass: 'unspecified',
      model: 'gpt-5.3-codex',
      calls: 1,
      inputTokens: 5,
      outputTokens: 0,
    }
    expect(report).toMatchObject({ counted: [count(7)], recorded: [recorded], doubles: 1 })
  })

  it('passes over what is not an entry in its form, and counts it', async () => {
    const bent = [
      '',
      'hello',
      '{"specversion":"1.0","torn',
      JSON.stringify({ ...whole[1], data: { 'model_policy.counts': 'many' } }),
      JSON.stringify({ ...whole[1], data: { ...whole[1]?.data, 'model_policy.seq': 1e300 } }),
    ]
    expect(await summarize([...bent, ...whole], { day })).toMatchObject({
      counted: [count(7)],
      gaps: [],
      unreadable: 4,
    })
  })
})

const call = (persona: string): CallFinished => ({
  ...(finishedCall('call') as { data: CallFinished }).data,
  'model_policy.persona': persona,
  'gen_ai.usage.input_tokens': -5,
  'gen_ai.usage.output_tokens': 2,
})

describe('a tally', () => {
  it('splits what is too long for one line, and cuts nothing', () => {
    const start = Date.parse(`${day}T10:00:00Z`)
    const tally = createTally('i', start)
    for (let number = 0; number < 900; number += 1) tally.count(call(`persona-${number}-☃`), start)
    const summaries = tally.take(start + 1, true)
    expect(summaries.length).toBeGreaterThan(1)
    expect(summaries.flatMap((part) => part['model_policy.counts'])).toHaveLength(900)
    expect(summaries.map((part) => part['model_policy.closed'])).toEqual(
      summaries.map((_, index) => index === summaries.length - 1),
    )
    for (const part of summaries) expect(Buffer.byteLength(JSON.stringify(part))).toBeLessThan(65_000)
    expect(summaries[0]?.['model_policy.counts'][0]).toMatchObject({ inputTokens: 0, outputTokens: 2 })
  })

  it('loses no call and crosses no midnight, whenever calls end and summaries are taken', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ wait: fc.nat(40_000_000), take: fc.boolean() }), { maxLength: 30 }),
        async (steps) => {
          let now = Date.parse(`${day}T00:00:00Z`)
          const tally = createTally('i', now)
          const taken = steps.flatMap(({ wait, take }) => {
            now += wait
            tally.count(call('developer'), now)
            return take ? tally.take(now, false) : []
          })
          const all = [...taken, ...tally.take(now, true)]
          expect(all.map((part) => part['model_policy.seq'])).toEqual(all.map((_, index) => index))
          const days = new Set(all.map((part) => part['model_policy.from'].slice(0, 10)))
          for (const part of all) {
            const last = new Date(
              Math.max(Date.parse(part['model_policy.to']) - 1, Date.parse(part['model_policy.from'])),
            )
            expect(last.toISOString().slice(0, 10)).toBe(part['model_policy.from'].slice(0, 10))
          }
          let calls = 0
          for (const day of days) {
            const events = all.map((data) => event('usage.summary', data, data['model_policy.to']))
            const report = await summarize(events, { day })
            expect(report).toMatchObject({ gaps: [], unclosed: [] })
            calls += report.counted.reduce((sum, row) => sum + row.calls, 0)
          }
          expect(calls).toBe(steps.length)
        },
      ),
      { numRuns: 40 },
    )
  })
})
