import type { AuditEvent, AuditRecord } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { finishedCall, origin, startedCall } from '../../test/support/log-fixture.ts'
import { sampleRecords } from '../../test/support/sample-records.ts'
import { createAuditLog } from '../log/create-audit-log.ts'
import { memorySink } from '../sinks/memory-sink.ts'
import { toEntry } from './entry.ts'
import { parseLine } from './parse-entry.ts'
import { uuidV7Source } from './uuid-v7.ts'

function eventOf(paths: readonly string[]): AuditEvent {
  const { kind, data } = startedCall('call-1', 0)
  return {
    specversion: '1.0',
    id: uuidV7Source(() => Date.parse('2026-11-22T12:00:00Z'))(),
    source: 'urn:model-policy:test',
    type: `dev.modelpolicy.${kind}.v1`,
    time: '2026-11-22T12:00:00.000Z',
    data: { ...data, 'model_policy.paths': paths } as AuditEvent['data'],
  }
}

describe('toEntry', () => {
  it.each([0, 1, 2000, 9000])(
    'keeps a line within 65,535 bytes by leaving out paths, and counts them: %i',
    (count) => {
      const paths = Array.from({ length: count }, (_, index) => `src/module-${index}/☃.ts`)
      const { line, event } = toEntry(eventOf(paths))
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(65_535)
      expect(JSON.parse(line)).toEqual(event)
      const data = event.data as { 'model_policy.paths': string[]; 'model_policy.paths_cut'?: number }
      expect(data['model_policy.paths'].length + (data['model_policy.paths_cut'] ?? 0)).toBe(count)
      if (count > 2000) expect(Buffer.byteLength(line)).toBeGreaterThan(65_000)
    },
  )

  it('cuts a single path that is too long by itself', () => {
    const { event } = toEntry(eventOf(['x'.repeat(70_000)]))
    expect(event.data).toMatchObject({ 'model_policy.paths': [], 'model_policy.paths_cut': 1 })
  })
})

describe('an entry', () => {
  it('is refused when it is too long without a list to cut', async () => {
    await using log = createAuditLog({ sinks: [memorySink()], origin })
    const error = { code: 'audit_failed', message: expect.stringContaining('70') }
    await expect(log.record(startedCall('call-1', 70_000))).rejects.toMatchObject(error)
  })

  it.each([
    ['a prompt', { prompt: 'a planted secret' }],
    ['a token', { 'model_policy.grant.token': 'a planted secret' }],
    ['a key', { 'model_policy.agent_key': { d: 'a planted secret' } }],
  ])('is refused when it carries %s, and the refusal does not repeat it', async (_name, planted) => {
    const sink = memorySink()
    const log = createAuditLog({ sinks: [sink], origin })
    for (const record of [finishedCall('call-1'), ...sampleRecords]) {
      const error: unknown = await log
        .record({ ...record, data: { ...record.data, ...planted } } as AuditRecord)
        .catch((error: unknown) => error)
      expect(error).toMatchObject({ code: 'audit_failed' })
      expect(String(error)).not.toContain('planted')
    }
    await log.close()
    expect(JSON.stringify(sink.entries)).not.toContain('planted')
  })
})

describe('parseLine', () => {
  const { line } = toEntry(eventOf([]))

  it.each([
    ['a whole record', line, { type: 'entry' }],
    ['nothing', '', { type: 'blank' }],
    ['a fragment', line.slice(0, 100), { type: 'torn', salvaged: undefined }],
    [
      'a record glued to a fragment',
      line.slice(0, 100) + line,
      { type: 'torn', salvaged: { type: 'dev.modelpolicy.call.started.v1' } },
    ],
    ['JSON that is no event', '{"specversion":"1.0"}', { type: 'torn', salvaged: undefined }],
    ['not JSON', 'hello', { type: 'torn', salvaged: undefined }],
  ])('reads %s', (_name, text, expected) => {
    expect(parseLine(text)).toMatchObject(expected)
  })
})
