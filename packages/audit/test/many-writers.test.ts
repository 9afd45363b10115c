import { spawnSync } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { EventKind } from '@policy/core'
import { sealLog, verifyLog } from '../src/index.ts'
import { entrySchema } from '../src/entry/entry-schema.ts'
import { start, startNode } from './support/child.ts'
import { key, origin, temporaryFolder } from './support/log-fixture.ts'

const scripts = join(import.meta.dirname, '../../../scripts')
const python = ['python3', 'python'].find((command) => {
  const check = 'import sys; sys.exit(sys.version_info < (3, 9))'
  return spawnSync(command, ['-c', check], { stdio: 'ignore' }).status === 0
})
const why = python ? '' : ' (skipped: no Python 3.9 or later)'

describe.skipIf(!python)(`scripts/record_model_usage.py${why}`, () => {
  it('passes its own tests', () => {
    const run = spawnSync(python ?? '', ['-m', 'unittest', 'discover', '-s', scripts], { encoding: 'utf8' })
    expect(run.stderr).toMatch(/OK\s*$/)
    expect(run.status).toBe(0)
  }, 60_000)

  it('writes to one log with Node processes while it is sealed: every line parses, none is missing', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    const names = ['a', 'b', 'c', 'd']
    const writers = [
      ...names.map((name) => startNode('writer.ts', path, `node-${name}`, '3500', '0')),
      // A reported call is two entries.
      ...names.map((name) =>
        start(python ?? '', [
          join(import.meta.dirname, 'support/writer.py'),
          scripts,
          path,
          `python-${name}`,
          '750',
        ]),
      ),
    ]
    await Promise.race(writers.map((writer) => writer.printed(1)))
    const over = new AbortController()
    const ended = Promise.all(writers.map((writer) => writer.ended)).finally(() => over.abort())
    let seals = 0
    for (; !over.signal.aborted; seals += 1) {
      await sealLog({ path, key: key.skey, origin })
      await setTimeout(100)
    }
    expect(await ended).toEqual(Array(8).fill(0))
    await sealLog({ path, key: key.skey, origin })
    expect(seals).toBeGreaterThan(1)

    const found = new Map<string, number>()
    const schemas: Partial<Record<EventKind, ReturnType<typeof entrySchema>>> = {}
    const malformed: string[] = []
    let lines = 0
    for await (const line of createInterface({ input: createReadStream(path, 'utf8') })) {
      lines += 1
      // A blank line is a writer that saw another's write half done.
      if (line === '') continue
      const event = JSON.parse(line) as { type: string; data: Record<string, unknown> }
      const kind = event.type.slice('dev.modelpolicy.'.length, -'.v1'.length) as EventKind
      // The form of its kind, in the bytes that JSON.stringify makes, whoever wrote them.
      schemas[kind] ??= entrySchema(kind)
      if (schemas[kind].safeParse(event).error || JSON.stringify(event) !== line) malformed.push(line)
      const call = String(event.data['model_policy.call_id'])
      if (kind !== 'log.opened') found.set(call, (found.get(call) ?? 0) + 1)
    }
    expect(malformed).toEqual([])
    expect([...found.values()].reduce((sum, count) => sum + count, 0)).toBe(20_000)
    const wrong = [...found].filter(([call, count]) => count !== (call.startsWith('node') ? 1 : 2))
    expect(wrong).toEqual([])
    expect(found.size).toBe(4 * 3500 + 4 * 750)
    expect(await verifyLog({ path, vkey: key.vkey })).toMatchObject({
      type: 'verified',
      lines,
      torn: { count: 0 },
    })
  }, 120_000)
})
