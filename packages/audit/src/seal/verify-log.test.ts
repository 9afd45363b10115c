import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { key, origin, temporaryFolder, writeLog } from '../../test/support/log-fixture.ts'
import { sealLog } from './seal-log.ts'
import { verifyLog } from './verify-log.ts'

/** A change of whole lines; picks are taken modulo what is there. */
type Change = (lines: readonly string[], at: number, other: number) => readonly string[]

const changes: Record<string, Change> = {
  'edit a byte': (lines, at, other) => {
    const line = lines[at] ?? ''
    const column = other % line.length
    const byte = line[column] === 'x' ? 'y' : 'x'
    return lines.with(at, line.slice(0, column) + byte + line.slice(column + 1))
  },
  'insert a blank line': (lines, at) => lines.toSpliced(at, 0, ''),
  'insert a copy elsewhere': (lines, at, other) => lines.toSpliced(at, 0, lines[other % lines.length] ?? ''),
  'delete a line': (lines, at) => lines.toSpliced(at, 1),
  'swap two lines': (lines, at, other) => {
    const second = (at + 1 + (other % (lines.length - 1))) % lines.length
    return lines.with(at, lines[second] ?? '').with(second, lines[at] ?? '')
  },
  'cut the end': (lines, at) => lines.slice(0, at),
  'join two lines': (lines, at) => lines.toSpliced(at, 2, `${lines[at]}${lines[at + 1] ?? ' '}`),
}

/** The first line, from 1, in which two logs differ. */
function firstDifference(before: readonly string[], after: readonly string[]): number {
  return 1 + before.findIndex((line, index) => line !== after[index])
}

describe('verifyLog', () => {
  it('finds any change of the sealed lines, and the first line that differs', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    await writeLog(path, 30)
    await sealLog({ path, key: key.skey, origin })
    const sealed = (await readFile(path, 'utf8')).split('\n').slice(0, -1)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(changes)),
        fc.nat(),
        fc.nat(),
        async (name, pick, other) => {
          const lines = changes[name]?.(sealed, pick % sealed.length, other) ?? []
          // A copy of a line put right beside it changes the lines after; one put at the end is only unsealed.
          fc.pre(firstDifference(sealed, lines) > 0)
          await writeFile(path, lines.map((line) => `${line}\n`).join(''))
          const report = await verifyLog({ path, vkey: key.vkey })
          expect(report.type).toBe('failed')
          expect(report.faults.map(({ line }) => line)).toContain(firstDifference(sealed, lines))
        },
      ),
    )
  })

  it('finds any older log and checkpoint put back, given a newer checkpoint', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    const versions: { log: Buffer; checkpoint: string }[] = []
    for (const calls of [1, 2, 4, 5, 7]) {
      await writeLog(path, calls)
      const { checkpoint } = await sealLog({ path, key: key.skey, origin })
      versions.push({ log: await readFile(path), checkpoint })
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(versions.length - 1), fc.nat(versions.length - 1), async (now, seen) => {
        const [present, earlier] = [versions[now], versions[seen]]
        await writeFile(path, present?.log ?? '')
        await writeFile(`${path}.checkpoint`, present?.checkpoint ?? '')
        const { type, faults } = await verifyLog({ path, vkey: key.vkey, atLeast: earlier?.checkpoint ?? '' })
        expect(type).toBe(now >= seen ? 'verified' : 'failed')
        if (now < seen) expect(faults).toMatchObject([{ code: 'log_rolled_back' }])
      }),
    )
  })

  it('finds a second history that the key holder signed', async () => {
    await using folder = await temporaryFolder()
    await using another = await temporaryFolder()
    const paths = [folder, another].map((place) => join(place.path, 'MODEL_AUDIT.log')) as [string, string]
    const notes: string[] = []
    for (const path of paths) {
      await writeLog(path, 3)
      notes.push((await sealLog({ path, key: key.skey, origin })).checkpoint)
    }
    expect(await verifyLog({ path: paths[0], vkey: key.vkey, atLeast: notes[1] ?? '' })).toMatchObject({
      type: 'failed',
      faults: [{ code: 'log_altered' }],
    })
  })

  it('says what a seal by the user who owns the log does not prove', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    await writeLog(path, 1)
    await sealLog({ path, key: key.skey, origin })
    const { limits } = await verifyLog({ path, vkey: key.vkey })
    expect(limits).toEqual([
      expect.stringContaining('Rollback is not checked'),
      expect.stringContaining('belong to one user'),
    ])
  })
})
