import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { finishedCall, origin, temporaryFolder } from '../../test/support/log-fixture.ts'
import { parseLine } from '../entry/parse-entry.ts'
import { createAuditLog } from '../log/create-audit-log.ts'
import { fileSink } from './file-sink.ts'

const { faults, failure } = vi.hoisted(() => ({
  faults: { write: [] as (number | string)[], sync: [] as string[] },
  failure: (code: string) => Object.assign(new Error(code), { code }),
}))

/** The system's calls, with faults put in front: a number writes only so many bytes, a text is the code of an error. */
vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>()
  return {
    ...real,
    writeSync(descriptor: number, bytes: Buffer) {
      const fault = faults.write.shift()
      if (typeof fault === 'string') throw failure(fault)
      return real.writeSync(descriptor, fault === undefined ? bytes : bytes.subarray(0, fault))
    },
    fdatasync(descriptor: number, done: (error: Error | null) => void) {
      const fault = faults.sync.shift()
      if (fault === undefined) real.fdatasync(descriptor, done)
      else done(failure(fault))
    },
  }
})

afterEach(() => {
  faults.write = []
  faults.sync = []
})

/** Record five calls at once with faults in the way; what was acknowledged, refused, and is in the file. */
async function recordFive(durability: 'durable' | 'written', path: string) {
  const log = createAuditLog({ sinks: [fileSink({ path, durability })], origin, summaryInterval: false })
  const results = await Promise.allSettled(
    [1, 2, 3, 4, 5].map((number) => log.record(finishedCall(`call-${number}`))),
  )
  await log.close()
  const lines = fs.readFileSync(path, 'utf8').split('\n').slice(0, -1).map(parseLine)
  return {
    taken: results.flatMap(({ status }, index) => (status === 'fulfilled' ? [`call-${index + 1}`] : [])),
    errors: results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : [])),
    written: lines.flatMap((line) =>
      line.type === 'entry' ? (/call-\d+/.exec(JSON.stringify(line.event.data))?.[0] ?? []) : [],
    ),
    torn: lines.filter(({ type }) => type === 'torn').length,
  }
}

const all = ['call-1', 'call-2', 'call-3', 'call-4', 'call-5']

describe.each(['durable', 'written'] as const)('a log file whose system fails it, %s', (durability) => {
  it('writes a record again, whole, after a short write', async () => {
    await using folder = await temporaryFolder()
    faults.write = [1000]
    const { taken, written, torn } = await recordFive(durability, join(folder.path, 'log'))
    expect(taken).toEqual(all)
    expect(written).toEqual(all)
    expect(torn).toBe(1)
  })

  it('acknowledges the whole records of a short write when the rest finds no room', async () => {
    await using folder = await temporaryFolder()
    faults.write = [1500, 'ENOSPC']
    const { taken, written, errors } = await recordFive(durability, join(folder.path, 'log'))
    expect(taken).toEqual(all.slice(0, taken.length))
    expect(taken.length).toBeGreaterThan(0)
    expect(written).toEqual(taken)
    expect(errors[0]).toMatchObject({
      code: 'audit_failed',
      message: expect.stringContaining('the disk is full'),
    })
  })

  it('gives up when the system writes only parts of a line', async () => {
    await using folder = await temporaryFolder()
    faults.write = [10, 10, 10]
    const { taken, errors } = await recordFive(durability, join(folder.path, 'log'))
    expect(taken).toEqual([])
    expect(errors[0]?.message).toContain('only parts of a line')
  })

  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EDQUOT', 'the disk quota is used up'],
    ['EROFS', 'the disk is read-only'],
    ['EACCES', 'this user may not write there'],
    ['EIO', 'EIO'],
  ])('says what %s means', async (code, meaning) => {
    await using folder = await temporaryFolder()
    faults.write = [code]
    const { taken, errors } = await recordFive(durability, join(folder.path, 'log'))
    expect(taken).toEqual([])
    expect(errors).toHaveLength(5)
    for (const error of errors) expect(error.message).toContain(meaning)
  })
})

describe('a log file that cannot be synced', () => {
  it('acknowledges nothing of the batch, and takes the next one', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'log')
    faults.sync = ['EIO']
    expect((await recordFive('durable', path)).taken).toEqual([])
    expect((await recordFive('durable', path)).taken).toEqual(all)
  })
})
