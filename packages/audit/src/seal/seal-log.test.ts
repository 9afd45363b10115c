import { appendFile, copyFile, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { key, origin, temporaryFolder, writeLog } from '../../test/support/log-fixture.ts'
import { generateLogKey } from '../note/key.ts'
import { sealLog } from './seal-log.ts'
import { verifyLog } from './verify-log.ts'

const logIn = (folder: { path: string }) => join(folder.path, 'MODEL_AUDIT.log')

describe('sealLog and verifyLog', () => {
  it('verify what was sealed, and count what came after', async () => {
    await using folder = await temporaryFolder()
    const path = logIn(folder)
    const lines = await writeLog(path, 5)
    await expect(sealLog({ path, key: key.skey, origin })).resolves.toMatchObject({
      size: lines,
      added: lines,
    })
    await appendFile(path, '{"specversion":"1.0","torn\n\nunfinished')
    expect(await verifyLog({ path, vkey: key.vkey })).toMatchObject({
      type: 'verified',
      faults: [],
      sealed: { origin, lines },
      unsealed: { lines: 2, bytes: 10 },
      torn: { count: 1, lines: [lines + 1] },
      rollback: 'not-checked',
    })
  })

  it('go on where the last seal ended', async () => {
    await using folder = await temporaryFolder()
    const path = logIn(folder)
    const before = await writeLog(path, 3)
    const { checkpoint } = await sealLog({ path, key: key.skey, origin })
    await writeLog(path, 4)
    await expect(sealLog({ path, key: key.skey, origin })).resolves.toMatchObject({
      size: before + 5,
      added: 5,
    })
    const report = await verifyLog({ path, vkey: key.vkey, atLeast: checkpoint })
    expect(report).toMatchObject({ type: 'verified', rollback: 'checked' })
  })

  it.each([
    ['an edit', (text: string) => text.replace('call-3', 'call-4'), 'log_altered', 5],
    ['an inserted line', (text: string) => text.replace('\n', '\n{}\n'), 'log_altered', 2],
    ['a removed line', (text: string) => text.replace(/\n.*call-2.*/, ''), 'log_altered', 4],
    ['a cut end', (text: string) => `${text.split('\n').slice(0, 4).join('\n')}\n`, 'log_rolled_back', 5],
    ['a removed head', (text: string) => text.slice(text.indexOf('\n') + 1), 'log_altered', 1],
    ['an emptied log', () => '', 'log_rolled_back', 1],
  ])('report %s with its line', async (_name, change, code, line) => {
    await using folder = await temporaryFolder()
    const path = logIn(folder)
    await writeLog(path, 5)
    await sealLog({ path, key: key.skey, origin })
    await writeFile(path, change(await readFile(path, 'utf8')))
    const report = await verifyLog({ path, vkey: key.vkey })
    expect(report.type).toBe('failed')
    expect(report.faults).toContainEqual(expect.objectContaining({ code, line }))
    // Sealing again either refuses or seals what was sealed: it never makes the change good.
    await sealLog({ path, key: key.skey, origin }).catch(() => {})
    expect(await verifyLog({ path, vkey: key.vkey })).toMatchObject({ type: 'failed' })
  })

  it('report an edit without its line when the stored hashes are gone or forged', async () => {
    await using folder = await temporaryFolder()
    const path = logIn(folder)
    await writeLog(path, 5)
    await sealLog({ path, key: key.skey, origin })
    await writeFile(path, (await readFile(path, 'utf8')).replace('call-3', 'call-4'))
    const leaves = await readFile(`${path}.leaves`)
    await writeFile(`${path}.leaves`, leaves.fill(1, 0, 32))
    const forged = await verifyLog({ path, vkey: key.vkey })
    await rm(`${path}.leaves`)
    const gone = await verifyLog({ path, vkey: key.vkey })
    for (const { faults } of [forged, gone]) {
      expect(faults).toMatchObject([{ code: 'log_altered' }])
      expect(faults[0]).not.toHaveProperty('line')
    }
  })

  it('show an older log and checkpoint put back, when given a newer checkpoint', async () => {
    await using folder = await temporaryFolder()
    const path = logIn(folder)
    await writeLog(path, 2)
    await sealLog({ path, key: key.skey, origin })
    for (const file of [path, `${path}.checkpoint`]) await copyFile(file, `${file}.old`)
    await writeLog(path, 2)
    const { checkpoint } = await sealLog({ path, key: key.skey, origin })
    for (const file of [path, `${path}.checkpoint`]) await copyFile(`${file}.old`, file)
    expect(await verifyLog({ path, vkey: key.vkey })).toMatchObject({
      type: 'verified',
      rollback: 'not-checked',
    })
    expect(await verifyLog({ path, vkey: key.vkey, atLeast: checkpoint })).toMatchObject({
      type: 'failed',
      faults: [{ code: 'log_rolled_back' }],
    })
    await expect(sealLog({ path, key: key.skey, origin })).rejects.toMatchObject({ code: 'log_rolled_back' })
  })

  it('refuse another key and a missing log or checkpoint', async () => {
    await using folder = await temporaryFolder()
    const path = logIn(folder)
    const other = generateLogKey(origin)
    await expect(sealLog({ path, key: key.skey, origin })).rejects.toMatchObject({ code: 'log_missing' })
    await writeLog(path, 2)
    expect(await verifyLog({ path, vkey: key.vkey })).toMatchObject({ faults: [{ code: 'log_missing' }] })
    await sealLog({ path, key: key.skey, origin })
    await expect(sealLog({ path, key: other.skey, origin })).rejects.toMatchObject({ code: 'log_key' })
    expect(await verifyLog({ path, vkey: other.vkey })).toMatchObject({ faults: [{ code: 'log_key' }] })
    await rm(path)
    expect(await verifyLog({ path, vkey: key.vkey })).toMatchObject({ faults: [{ code: 'log_missing' }] })
  })

  it('refuse to seal a log that was cut, also when nothing but its checkpoint says how long it was', async () => {
    await using folder = await temporaryFolder()
    const path = logIn(folder)
    await writeLog(path, 5)
    await sealLog({ path, key: key.skey, origin })
    for (const suffix of ['.sealer', '.leaves']) await rm(path + suffix)
    await writeFile(path, `${(await readFile(path, 'utf8')).split('\n').slice(0, 4).join('\n')}\n`)
    await expect(sealLog({ path, key: key.skey, origin })).rejects.toMatchObject({ code: 'log_rolled_back' })
  })

  it('show an older checkpoint put back beside the whole log', async () => {
    await using folder = await temporaryFolder()
    const path = logIn(folder)
    await writeLog(path, 2)
    const { checkpoint: older } = await sealLog({ path, key: key.skey, origin })
    await writeLog(path, 2)
    const { checkpoint: newer } = await sealLog({ path, key: key.skey, origin })
    const report = await verifyLog({ path, vkey: key.vkey, checkpoint: older, atLeast: newer })
    expect(report).toMatchObject({ type: 'failed', faults: [{ code: 'log_rolled_back' }] })
  })

  it('refuse the checkpoint of another log of the same length', async () => {
    await using folder = await temporaryFolder()
    await using another = await temporaryFolder()
    const paths = [logIn(folder), logIn(another)] as const
    for (const path of paths) {
      await writeLog(path, 3)
      await sealLog({ path, key: key.skey, origin })
    }
    await copyFile(`${paths[1]}.checkpoint`, `${paths[0]}.checkpoint`)
    await expect(sealLog({ path: paths[0], key: key.skey, origin })).rejects.toMatchObject({
      code: 'log_altered',
    })
    expect(await verifyLog({ path: paths[0], vkey: key.vkey })).toMatchObject({
      faults: [{ code: 'log_altered' }],
    })
  })

  it('refuse to seal a log that names another origin, or does not open', async () => {
    await using folder = await temporaryFolder()
    const path = logIn(folder)
    await writeLog(path, 1)
    await expect(sealLog({ path, key: key.skey, origin: 'example.com/other' })).rejects.toMatchObject({
      code: 'log_altered',
    })
    await writeFile(path, 'hello\n')
    await expect(sealLog({ path, key: key.skey, origin })).rejects.toMatchObject({ code: 'log_altered' })
  })

  it.each(['.sealer', '.leaves', '.checkpoint'])(
    'seal again when %s is lost or cut short',
    async (suffix) => {
      await using folder = await temporaryFolder()
      const path = logIn(folder)
      await writeLog(path, 5)
      const { checkpoint, size } = await sealLog({ path, key: key.skey, origin })
      await rm(path + suffix)
      await expect(sealLog({ path, key: key.skey, origin })).resolves.toMatchObject({ checkpoint, size })
      if (suffix !== '.checkpoint') {
        await truncate(path + suffix, 33)
        await writeLog(path, 1)
        await expect(sealLog({ path, key: key.skey, origin })).resolves.toMatchObject({ added: 2 })
      }
      expect(await verifyLog({ path, vkey: key.vkey, atLeast: checkpoint })).toMatchObject({
        type: 'verified',
      })
    },
  )
})
