import { describe, expect, it, onTestFinished } from 'vitest'
import { PolicyError, type AuditEvent, type AuditRecord } from '@policy/core'
import { finishedCall, origin } from '../../test/support/log-fixture.ts'
import { memorySink } from '../sinks/memory-sink.ts'
import type { AuditSink } from '../sinks/sink.ts'
import { tee } from '../sinks/tee.ts'
import { summarize } from '../summary/summarize.ts'
import { createAuditLog } from './create-audit-log.ts'
import type { SinkLoss } from './loss.ts'

const noon = Date.parse('2026-11-22T12:00:00Z')

function countedCall(persona?: string): AuditRecord {
  const call = finishedCall('counted') as AuditRecord & { kind: 'call.finished' }
  return {
    ...call,
    data: {
      ...call.data,
      'model_policy.audit': 'summary',
      'model_policy.model': 'gpt-5-mini',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 2,
      ...(persona === undefined
        ? {}
        : { 'model_policy.persona': persona, 'model_policy.task_class': 'triage' }),
    },
  }
}

const broken: AuditSink = { name: 'broken', append: () => Promise.reject(new Error('no such place')) }
const stuck: AuditSink = { name: 'stuck', append: () => new Promise(() => {}) }

/** The warnings of this process from now on, heard here and not printed. */
function heardWarnings(): readonly string[] {
  const warnings: string[] = []
  const { emitWarning } = process
  onTestFinished(() => void (process.emitWarning = emitWarning))
  process.emitWarning = (warning) => void warnings.push(String(warning))
  return warnings
}

const summaries = (events: readonly AuditEvent[]) =>
  events.filter((event) => event.type.includes('usage.summary'))

describe('createAuditLog', () => {
  it('stamps a record as a CloudEvent whose line begins with the version', async () => {
    const sink = memorySink()
    await using log = createAuditLog({ sinks: [sink], origin, instance: 'i-1', clock: () => noon })
    await log.record(finishedCall('call-1'))
    expect(sink.entries[0]?.line).toMatch(/^\{"specversion":"1\.0","id":"01a20320-a200-7[0-9a-f]{3}-[89ab]/)
    expect(sink.events[0]).toMatchObject({
      source: 'urn:model-policy:i-1',
      type: 'dev.modelpolicy.call.finished.v1',
      time: '2026-11-22T12:00:00.000Z',
      subject: 'ISSUE-12',
    })
    expect(JSON.parse(sink.entries[0]?.line ?? '')).toEqual(sink.events[0])
  })

  it('writes the last summary also after a flush that had nothing to write', async () => {
    const sink = memorySink()
    const log = createAuditLog({ sinks: [sink], origin, clock: () => noon })
    await log.record(countedCall('developer'))
    await log.flush()
    await log.flush()
    await log.close()
    expect(summaries(sink.events).at(-1)?.data).toMatchObject({
      'model_policy.closed': true,
      'model_policy.counts': [{ persona: 'developer', calls: 1 }],
    })
  })

  it('refuses a record that a required sink refuses, and says why', async () => {
    const log = createAuditLog({ sinks: [memorySink(), broken], origin })
    const error = await log.record(finishedCall('call-1')).catch((error: unknown) => error)
    expect(PolicyError.is(error) && error.code).toBe('audit_failed')
    expect(String(error)).toContain('no such place')
  })

  it('goes on when a best-effort sink loses an entry, and counts it', async () => {
    const losses: SinkLoss[] = []
    const sink = memorySink()
    const log = createAuditLog({
      sinks: [sink],
      bestEffort: [broken],
      origin,
      onLoss: (loss) => void losses.push(loss),
    })
    await log.record(finishedCall('call-1'))
    await log.record(finishedCall('call-2'))
    await log.flush()
    expect(sink.entries).toHaveLength(2)
    expect(losses.map(({ sink, lost }) => [sink, lost])).toEqual([
      ['broken', 1],
      ['broken', 2],
    ])
  })

  it('refuses more entries than may wait', async () => {
    const log = createAuditLog({ sinks: [stuck], origin, maximumPending: 2 })
    void log.record(finishedCall('call-1'))
    void log.record(finishedCall('call-2'))
    await expect(log.record(finishedCall('call-3'))).rejects.toMatchObject({ code: 'audit_failed' })
  })

  it('waits for a best-effort sink that never answers neither in record nor for good at close', async () => {
    const losses: SinkLoss[] = []
    const sink = memorySink()
    const log = createAuditLog({
      sinks: [sink],
      bestEffort: [stuck],
      origin,
      maximumPending: 2,
      bestEffortPatience: 1,
      summaryInterval: false,
      onLoss: (loss) => void losses.push(loss),
    })
    for (const call of ['call-1', 'call-2', 'call-3', 'call-4']) await log.record(finishedCall(call))
    expect(sink.entries).toHaveLength(4)
    expect(losses.map(({ lost, error }) => [lost, String(error)])).toEqual([
      [1, expect.stringContaining('2 entries are under way')],
      [2, expect.stringContaining('2 entries are under way')],
    ])
    await log.flush()
    expect(losses).toHaveLength(2)
    await log.close()
    expect(losses.map(({ entry, lost }) => [sink.entries.indexOf(entry), lost])).toEqual([
      [2, 1],
      [3, 2],
      [0, 3],
      [1, 4],
    ])
  })

  it('warns when a best-effort sink loses at its flush what it had taken', async () => {
    const warnings = heardWarnings()
    const forgetful: AuditSink = {
      name: 'forgetful',
      append: async () => {},
      flush: () => Promise.reject(new Error('no room')),
    }
    const log = createAuditLog({
      sinks: [memorySink()],
      bestEffort: [forgetful],
      origin,
      summaryInterval: false,
    })
    await log.record(finishedCall('call-1'))
    await log.close()
    expect(warnings).toEqual(['Audit sink forgetful has lost entries it had taken: Error: no room'])
  })

  it('closes a best-effort sink that never answers, too', async () => {
    const closed: string[] = []
    const log = createAuditLog({
      sinks: [memorySink()],
      bestEffort: [{ ...stuck, close: async () => void closed.push('stuck') }],
      origin,
      bestEffortPatience: 1,
      summaryInterval: false,
      onLoss: () => {},
    })
    await log.record(finishedCall('call-1'))
    await log.close()
    expect(closed).toEqual(['stuck'])
  })

  it('refuses a record when one sink throws at once and another refuses it later', async () => {
    const rash: AuditSink = {
      name: 'rash',
      append() {
        throw new Error('at once')
      },
    }
    const late: AuditSink = {
      name: 'late',
      append: () => new Promise((_resolve, reject) => setImmediate(reject, new Error('later'))),
    }
    for (const sinks of [[late, rash], [tee(late, rash)]]) {
      const log = createAuditLog({ sinks, origin, summaryInterval: false })
      await expect(log.record(finishedCall('call-1'))).rejects.toMatchObject({ code: 'audit_failed' })
      await log.close()
    }
  })

  it('closes a best-effort sink after it has what was under way, and tells of no loss', async () => {
    const done: string[] = []
    const slow: AuditSink = {
      name: 'slow',
      append: () => new Promise((resolve) => setImmediate(resolve)),
      flush: async () => void done.push('flush'),
      close: async () => void done.push('close'),
    }
    const onLoss = () => void done.push('loss')
    const log = createAuditLog({
      sinks: [memorySink()],
      bestEffort: [slow],
      origin,
      summaryInterval: false,
      onLoss,
    })
    await log.record(finishedCall('call-1'))
    await log.close()
    expect(done).toEqual(['flush', 'close'])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no metrics')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no metrics'))],
  ])('goes on when onLoss %s, and warns of the loss and of that', async (_name, onLoss) => {
    const warnings = heardWarnings()
    const log = createAuditLog({
      sinks: [memorySink()],
      bestEffort: [broken],
      origin,
      summaryInterval: false,
      onLoss,
    })
    await log.record(finishedCall('call-1'))
    await log.close()
    expect(warnings).toEqual([
      'Audit sink broken has lost 1 entry: Error: no such place',
      'onLoss itself failed: Error: no metrics',
    ])
  })

  it('refuses records after close', async () => {
    const log = createAuditLog({ sinks: [memorySink()], origin })
    await log.close()
    await expect(log.record(finishedCall('call-1'))).rejects.toMatchObject({ code: 'audit_failed' })
  })

  it('counts calls audited as a summary, announces the instance, and closes with the sums', async () => {
    const sink = memorySink()
    const log = createAuditLog({
      sinks: [sink],
      origin,
      instance: 'i-1',
      clock: () => noon,
      names: { personas: ['developer'] },
    })
    for (const persona of ['developer', 'developer', 'wizard', undefined])
      await log.record(countedCall(persona))
    await log.close()
    expect(sink.events.map(({ data }) => data)).toMatchObject([
      { 'model_policy.seq': 0, 'model_policy.counts': [], 'model_policy.closed': false },
      {
        'model_policy.seq': 1,
        'model_policy.closed': true,
        'model_policy.counts': [
          {
            persona: 'developer',
            taskClass: 'triage',
            model: 'gpt-5-mini',
            calls: 2,
            inputTokens: 20,
            outputTokens: 4,
          },
          { persona: 'other', calls: 1 },
          { persona: 'unspecified', taskClass: 'unspecified', calls: 1 },
        ],
      },
    ])
  })

  it('says zero when nothing was counted', async () => {
    const sink = memorySink()
    await createAuditLog({ sinks: [sink], origin }).close()
    expect(sink.events).toMatchObject([{ data: { 'model_policy.counts': [], 'model_policy.closed': true } }])
  })

  it('writes every call in full when it makes no summaries', async () => {
    const sink = memorySink()
    await using log = createAuditLog({ sinks: [sink], origin, summaryInterval: false })
    await log.record(countedCall())
    expect(sink.events.map(({ type }) => type)).toEqual(['dev.modelpolicy.call.finished.v1'])
  })

  it('ends a span at midnight UTC', async () => {
    const sink = memorySink()
    let now = Date.parse('2026-11-22T23:59:00Z')
    const log = createAuditLog({ sinks: [sink], origin, clock: () => now })
    await log.record(countedCall('developer'))
    now = Date.parse('2026-11-23T00:01:00Z')
    await log.record(countedCall('developer'))
    await log.close()
    expect(summaries(sink.events).map(({ data }) => data)).toMatchObject([
      { 'model_policy.counts': [] },
      { 'model_policy.to': '2026-11-23T00:00:00.000Z', 'model_policy.counts': [{ calls: 1 }] },
      { 'model_policy.from': '2026-11-23T00:00:00.000Z', 'model_policy.counts': [{ calls: 1 }] },
    ])
    const days = await Promise.all(['2026-11-22', '2026-11-23'].map((day) => summarize(sink.events, { day })))
    expect(days.map(({ counted, gaps, unclosed }) => [counted[0]?.calls, gaps, unclosed])).toEqual([
      [1, [], []],
      [1, [], []],
    ])
  })

  it('keeps a summary that a sink refused, under its number, until the sink takes it', async () => {
    const sink = memorySink()
    let down = true
    const flaky: AuditSink = {
      name: 'flaky',
      append: (entry) => (down ? Promise.reject(new Error('down')) : sink.append(entry)),
    }
    const warn = process.emitWarning
    process.emitWarning = () => {}
    const log = createAuditLog({ sinks: [flaky], origin })
    await log.record(countedCall('developer'))
    await expect(log.flush()).rejects.toMatchObject({ code: 'audit_failed' })
    process.emitWarning = warn
    down = false
    await log.close()
    expect(
      sink.events.map(({ data }) => (data as { 'model_policy.seq': number })['model_policy.seq']),
    ).toEqual([0, 1])
  })
})
