import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createAuditLog, fileSink, parseLine, sealLog, verifyLog } from '../src/index.ts'
import { finishedCall, key, origin, temporaryFolder } from './support/log-fixture.ts'

/** A folder of 64 KiB, on a file system of its own. */
async function smallDisk(): Promise<string> {
  const folder = await temporaryFolder()
  const path = join(folder.path, 'disk')
  mkdirSync(path)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], { stdio: 'ignore' })
  onTestFinished(async () => {
    execFileSync('umount', [path])
    await folder[Symbol.asyncDispose]()
  })
  return path
}

function canMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'model-audit-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], { stdio: 'ignore' })
    execFileSync('umount', [path])
    return true
  } catch {
    return false
  } finally {
    rmdirSync(path)
  }
}

const may = process.platform === 'linux' && canMount()
const why = may
  ? ''
  : ' (skipped: this user may not mount a small file system; log-file.test.ts injects the same errors)'

describe.skipIf(!may)(`a full and a read-only disk${why}`, () => {
  it.each(['durable', 'written'] as const)(
    'lose and double nothing that was acknowledged, %s',
    async (durability) => {
      const disk = await smallDisk()
      const path = join(disk, 'MODEL_AUDIT.log')
      const filler = join(disk, 'filler')
      writeFileSync(filler, Buffer.alloc(20_000))
      await using log = createAuditLog({
        sinks: [fileSink({ path, durability })],
        origin,
        summaryInterval: false,
      })
      const record = (from: number) =>
        Promise.allSettled(
          Array.from({ length: 100 }, (_, index) => log.record(finishedCall(`call-${from + index}`))),
        )

      const first = await record(0)
      const taken = first.flatMap(({ status }, index) => (status === 'fulfilled' ? [`call-${index}`] : []))
      const refused = first.find((result) => result.status === 'rejected')
      expect(taken.length).toBeGreaterThan(10)
      expect(taken.length).toBeLessThan(100)
      expect(refused?.reason).toMatchObject({
        code: 'audit_failed',
        message: expect.stringContaining('the disk is full'),
      })

      // Once there is room again the log goes on.
      execFileSync('mount', ['-o', 'remount,size=256k', disk])
      expect((await record(100)).filter(({ status }) => status === 'rejected')).toEqual([])

      const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
      const calls = lines
        .map(parseLine)
        .flatMap((line) =>
          line.type === 'entry' ? [/call-\d+/.exec(JSON.stringify(line.event.data))?.[0]] : [],
        )
      const expected = [
        undefined,
        ...taken,
        ...Array.from({ length: 100 }, (_, index) => `call-${100 + index}`),
      ]
      expect(calls).toEqual(expected)
    },
  )

  it('says that a disk is read-only, for the log and for its seal', async () => {
    const disk = await smallDisk()
    const path = join(disk, 'MODEL_AUDIT.log')
    {
      await using log = createAuditLog({ sinks: [fileSink({ path })], origin })
      await log.record(finishedCall('call-1'))
    }
    await sealLog({ path, key: key.skey, origin })
    execFileSync('mount', ['-o', 'remount,ro', disk])
    const log = createAuditLog({ sinks: [fileSink({ path })], origin, summaryInterval: false })
    await expect(log.record(finishedCall('call-2'))).rejects.toMatchObject({
      message: expect.stringContaining('the disk is read-only'),
    })
    await log.close()
    await expect(sealLog({ path, key: key.skey, origin })).rejects.toMatchObject({
      code: 'file_unreadable',
      message: expect.stringContaining('the disk is read-only'),
    })
    expect(await verifyLog({ path, vkey: key.vkey })).toMatchObject({ type: 'verified' })
  })

  it('seals nothing on a full disk, and seals again when there is room', async () => {
    const disk = await smallDisk()
    const path = join(disk, 'MODEL_AUDIT.log')
    {
      await using log = createAuditLog({ sinks: [fileSink({ path })], origin })
      await Promise.all(Array.from({ length: 50 }, (_, index) => log.record(finishedCall(`call-${index}`))))
    }
    const filler = join(disk, 'filler')
    try {
      writeFileSync(filler, Buffer.alloc(100_000))
    } catch {
      // The disk is full now, which is what this is for.
    }
    await expect(sealLog({ path, key: key.skey, origin })).rejects.toMatchObject({
      code: 'file_unreadable',
      message: expect.stringContaining('the disk is full'),
    })
    execFileSync('mount', ['-o', 'remount,size=256k', disk])
    await sealLog({ path, key: key.skey, origin })
    expect(await verifyLog({ path, vkey: key.vkey })).toMatchObject({
      type: 'verified',
      unsealed: { lines: 0 },
    })
  })
})
