import type * as fs from 'node:fs/promises'
import { copyFile, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { finishedCall, key, origin, temporaryFolder, writeLog } from '../../test/support/log-fixture.ts'
import { createAuditLog } from '../log/create-audit-log.ts'
import { generateLogKey } from '../note/key.ts'
import { fileSink } from '../sinks/file-sink.ts'
import { rotateLog } from './rotate-log.ts'
import { sealLog } from './seal-log.ts'
import { verifyLog } from './verify-log.ts'

const { steps, counted } = vi.hoisted(() => {
  const steps = { taken: [] as string[], last: Infinity }
  const counted =
    <Input extends string[]>(name: string, call: (...input: Input) => Promise<void>) =>
    (...input: Input) => {
      if (steps.taken.length >= steps.last) throw new Error('dead')
      steps.taken.push(`${name} ${input.at(-1)}`)
      return call(...input)
    }
  return { steps, counted }
})

/** The system's calls that name files, noted in order; after a given number of them the process is as if dead. */
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof fs>()
  return { ...real, rename: counted('rename', real.rename), link: counted('link', real.link) }
})

afterEach(() => {
  steps.last = Infinity
})

const rotate = (path: string) => rotateLog({ path, key: key.skey, origin })
const verify = (path: string, more: { previous?: string; atLeast?: string } = {}) =>
  verifyLog({ path, vkey: key.vkey, ...more })
const linesOf = async (path: string) => (await readFile(path, 'utf8')).split('\n').slice(0, -1)

async function aLog(calls = 3) {
  const folder = await temporaryFolder()
  const path = join(folder.path, 'MODEL_AUDIT.log')
  await writeLog(path, calls)
  return { folder, path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

describe('rotateLog', () => {
  it('ends a log that verifies by itself, and begins one that goes on from it', async () => {
    await using log = await aLog()
    const { path } = log
    const before = await linesOf(path)
    const { archive, archived, begun } = await rotate(path)
    expect(archive).toMatch(/MODEL_AUDIT\.log\.\d{8}T\d{6}\.\d{3}Z$/)
    expect(await linesOf(archive)).toEqual(before)
    expect([archived.size, begun.size]).toEqual([before.length, 1])
    expect(await verify(archive)).toMatchObject({ type: 'verified', unsealed: { lines: 0 } })
    const root = archived.checkpoint.split('\n')[2]
    const previous = { lines: before.length, root }
    expect(await verify(path)).toMatchObject({ type: 'verified', previous: { ...previous, checked: false } })
    expect(await verify(path, { previous: archive })).toMatchObject({
      type: 'verified',
      previous: { ...previous, checked: true },
    })
    await writeLog(path, 2)
    const second = await rotate(path)
    expect(await verify(path, { previous: second.archive })).toMatchObject({ type: 'verified' })
    expect(await verify(second.archive, { previous: archive })).toMatchObject({ type: 'verified' })
  })

  it('gives the new log to the users of the old one, whose writers go on in it', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    await writeFile(path, '', { mode: 0o600 })
    await using log = createAuditLog({ sinks: [fileSink({ path })], origin, summaryInterval: false })
    await log.record(finishedCall('call-1'))
    const { archive } = await rotate(path)
    await log.record(finishedCall('call-2'))
    expect((await linesOf(archive)).at(-1)).toContain('call-1')
    expect((await linesOf(path)).at(-1)).toContain('call-2')
    expect(await linesOf(path)).toHaveLength(2)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('is told from a log put back, once the log before is given', async () => {
    await using log = await aLog()
    const { path } = log
    const { checkpoint: atLeast } = await sealLog({ path, key: key.skey, origin })
    await writeLog(path, 1)
    const { archive: previous } = await rotate(path)
    const hint = { code: 'log_rolled_back', message: expect.stringContaining('--previous') }
    expect(await verify(path, { atLeast })).toMatchObject({ type: 'failed', faults: [hint] })
    expect(await verify(path, { atLeast, previous })).toMatchObject({ type: 'verified', rollback: 'checked' })
    // Also when the new log has grown longer than the old one was.
    await writeLog(path, 20)
    await sealLog({ path, key: key.skey, origin })
    expect(await verify(path, { atLeast })).toMatchObject({
      faults: [{ code: 'log_altered', message: expect.stringContaining('--previous') }],
    })
    expect(await verify(path, { atLeast, previous })).toMatchObject({ type: 'verified' })
  })

  it('is contradicted by another log before it, a changed one, one that is gone, and one that nobody names', async () => {
    await using log = await aLog()
    const { path } = log
    const { archive: previous } = await rotate(path)
    await using other = await aLog(3)
    await sealLog({ path: other.path, key: key.skey, origin })
    expect(await verify(path, { previous: other.path })).toMatchObject({
      type: 'failed',
      faults: [{ code: 'log_altered', message: expect.stringContaining('is not the log') }],
      previous: { checked: false },
    })
    expect(await verify(previous, { previous: other.path })).toMatchObject({
      faults: [{ code: 'log_altered', line: 1, message: expect.stringContaining('names no log before') }],
    })
    await writeFile(previous, (await readFile(previous, 'utf8')).replace('call-1', 'call-9'))
    const { faults } = await verify(path, { previous })
    expect(faults.map(({ code }) => code)).toEqual(['log_altered', 'log_altered'])
    await rm(previous)
    expect(await verify(path, { previous })).toMatchObject({ faults: [{ code: 'log_missing' }] })
  })

  it('leaves a log at its path and every line in one place, wherever it is killed', async () => {
    await using whole = await aLog()
    steps.taken = []
    await rotate(whole.path)
    const count = steps.taken.length
    expect(steps.taken.filter((step) => /^link|MODEL_AUDIT\.log$/.test(step))).toHaveLength(2)
    for (let last = 0; last < count; last += 1) {
      await using log = await aLog()
      const { path } = log
      const lines = await linesOf(path)
      Object.assign(steps, { taken: [], last })
      await expect(rotate(path)).rejects.toMatchObject({ code: 'file_unreadable' })
      steps.last = Infinity
      await writeLog(path, 1)
      expect(await sealLog({ path, key: key.skey, origin })).toMatchObject({ vkey: key.vkey })
      const { archive } = await rotate(path)
      const logs = (await readdir(log.folder.path))
        .filter((name) => /\.log\.\d+T\d+\.\d+Z$/.test(name))
        .toSorted()
      expect(archive).toBe(join(log.folder.path, logs.at(-1) ?? ''))
      const all = await Promise.all(logs.map((name) => linesOf(join(log.folder.path, name))))
      expect(all.flat().slice(0, lines.length)).toEqual(lines)
      // The call and its summary, and the line that opens a second log where the first rotation had come so far.
      expect(all.flat()).toHaveLength(lines.length + 2 + (logs.length - 1))
      expect(await verify(archive)).toMatchObject({ type: 'verified' })
      expect(await verify(path, { previous: archive })).toMatchObject({ type: 'verified' })
    }
  })

  it('is refused where another file has the name, and with another key', async () => {
    await using log = await aLog()
    const { path, folder } = log
    await using copy = await aLog()
    await copyFile(path, copy.path)
    const { archive } = await rotate(copy.path)
    const taken = join(folder.path, basename(archive))
    await writeFile(taken, 'mine')
    await expect(rotate(path)).rejects.toMatchObject({
      code: 'file_unreadable',
      message: expect.stringContaining('another file'),
    })
    expect(await verify(path)).toMatchObject({ type: 'verified' })
    await rm(taken)
    const stranger = generateLogKey(origin).skey
    await expect(rotateLog({ path, key: stranger, origin })).rejects.toMatchObject({ code: 'log_key' })
    await expect(rotate(join(folder.path, 'none'))).rejects.toMatchObject({ code: 'log_missing' })
  })

  it('by hand is told from a changed log, and can be made good', async () => {
    await using log = await aLog()
    const { path } = log
    await sealLog({ path, key: key.skey, origin })
    await rename(path, `${path}.1`)
    await writeLog(path, 9)
    await expect(sealLog({ path, key: key.skey, origin })).rejects.toMatchObject({
      code: 'log_altered',
      message: expect.stringContaining('another log'),
      remedy: expect.stringContaining('move its seal'),
    })
    expect(await verify(path)).toMatchObject({
      faults: [{ code: 'log_altered', line: 1, message: expect.stringContaining('opens another log') }],
    })
    for (const part of ['checkpoint', 'leaves', 'sealer'])
      await rename(`${path}.${part}`, `${path}.1.${part}`)
    expect(await verify(`${path}.1`)).toMatchObject({ type: 'verified' })
    await sealLog({ path, key: key.skey, origin })
    expect(await verify(path)).toMatchObject({ type: 'verified', previous: undefined })
  })
})
