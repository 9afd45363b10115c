import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AuditEvent, UsageSummary } from '@policy/core'
import { summarize } from '../src/index.ts'
import { start } from './support/child.ts'
import { temporaryFolder } from './support/log-fixture.ts'

const program = ['--conditions=@policy/source', join(import.meta.dirname, 'support/leaver.ts')]

describe('a process that ends without closing its log', () => {
  it.each([
    ['durable', 0],
    ['durable, unawaited', 0],
    ['durable, exit', 3],
    ['buffered', 0],
    ['buffered, exit', 3],
    ['buffered, throw', 1],
  ])(
    'loses no entry and no count: %s',
    async (way, code) => {
      await using folder = await temporaryFolder()
      const path = join(folder.path, 'MODEL_AUDIT.log')
      expect(await start(process.execPath, [...program, way, path], 'ignore').ended).toBe(code)
      const events = (await readFile(path, 'utf8'))
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as AuditEvent)
      expect(events.filter(({ type }) => type.includes('call.finished'))).toHaveLength(50)
      const summaries = events
        .filter(({ type }) => type.includes('usage.summary'))
        .map(({ data }) => data as UsageSummary)
      expect(summaries.map((summary) => summary['model_policy.closed'])).toEqual([false, true])
      expect(summaries[1]?.['model_policy.counts']).toMatchObject([{ calls: 3 }])
    },
    30_000,
  )

  it('is seen not to have closed when it was killed; its counts since the last summary are lost', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    expect(await start(process.execPath, [...program, 'durable, kill', path]).ended).toBe(null)
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    const { time } = JSON.parse(lines.at(-1) ?? '') as AuditEvent
    const report = await summarize(lines, { day: time.slice(0, 10) })
    expect(report).toMatchObject({
      counted: [],
      recorded: [{ calls: 50 }],
      gaps: [],
      unclosed: [{ lastSeen: expect.any(String) }],
    })
  }, 30_000)

  it('hears of a reader that has gone, and lives on', async () => {
    const child = spawn(process.execPath, [...program, 'stdout'], { stdio: ['ignore', 'pipe', 'inherit'] })
    child.stdout.destroy()
    expect(await once(child, 'exit')).toEqual([7, null])
  }, 30_000)
})
