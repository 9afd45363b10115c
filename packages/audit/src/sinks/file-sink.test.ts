import { mkdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { start } from '../../test/support/child.ts'
import { origin, temporaryFolder, finishedCall } from '../../test/support/log-fixture.ts'
import { createAuditLog } from '../log/create-audit-log.ts'
import { fileSink } from './file-sink.ts'

const linesOf = async (path: string) => (await readFile(path, 'utf8')).split('\n').slice(0, -1)
const typesOf = (lines: string[]) =>
  lines.map((line) => (line === '' ? '' : (JSON.parse(line) as { type: string }).type))
const opened = 'dev.modelpolicy.log.opened.v1'
const finished = 'dev.modelpolicy.call.finished.v1'

describe.each(['durable', 'written', 'buffered'] as const)('fileSink, %s', (durability) => {
  const logAt = (path: string) =>
    createAuditLog({ sinks: [fileSink({ path, durability })], origin, summaryInterval: false })

  it('opens a new log and appends in order, also to a log that is there', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    for (const _ of [1, 2]) {
      await using log = logAt(path)
      await Promise.all(Array.from({ length: 50 }, (_, index) => log.record(finishedCall(`call-${index}`))))
    }
    const lines = await linesOf(path)
    expect(typesOf(lines)).toEqual([opened, ...Array<string>(100).fill(finished)])
    const ids = lines.slice(1).map((line) => /call-\d+/.exec(line)?.[0])
    expect(ids).toEqual([...ids.slice(0, 50), ...ids.slice(0, 50)])
    expect(ids[49]).toBe('call-49')
  })

  it('ends a torn line before its own first record', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    await writeFile(path, '{"specversion":"1.0","id":"to')
    {
      await using log = logAt(path)
      await log.record(finishedCall('call-1'))
    }
    const lines = await linesOf(path)
    expect(lines[0]).toBe('{"specversion":"1.0","id":"to')
    expect(typesOf(lines.slice(1))).toEqual([finished])
  })

  it.each([
    ['022', '640'],
    ['002', '660'],
  ])('is made as the umask says: %s gives %s', async (umask, mode) => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    const program = join(import.meta.dirname, '../../test/support/writer.ts')
    const command = `umask ${umask}; exec "$0" --conditions=@policy/source "$@"`
    const writer = start('sh', ['-c', command, process.execPath, program, path, 'a', '1', '600', 'written'])
    expect(await writer.ended).toBe(0)
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe(mode)
  })

  it('goes on in a new log after a rotation', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    await using log = logAt(path)
    await log.record(finishedCall('call-1'))
    await log.flush()
    await rename(path, `${path}.1`)
    await log.record(finishedCall('call-2'))
    await log.flush()
    expect(typesOf(await linesOf(`${path}.1`))).toEqual([opened, finished])
    expect(typesOf(await linesOf(path))).toEqual([opened, finished])
  })

  it.each([
    ['a missing folder', 'nowhere/MODEL_AUDIT.log', 'its folder does not exist'],
    ['a folder in its place', 'folder', 'it is a folder'],
    ['a link in its place', 'link', 'it is a link'],
    ['a file in place of its folder', 'file/MODEL_AUDIT.log', 'its folder is not a folder'],
  ])('says what is wrong with %s', async (_name, name, fact) => {
    await using folder = await temporaryFolder()
    await mkdir(join(folder.path, 'folder'))
    await writeFile(join(folder.path, 'file'), '')
    await symlink(join(folder.path, 'file'), join(folder.path, 'link'))
    const log = logAt(join(folder.path, name))
    const lost = async () => {
      await log.record(finishedCall('call-1'))
      await log.flush()
    }
    await expect(lost()).rejects.toMatchObject({
      code: 'audit_failed',
      message: expect.stringContaining(fact),
    })
    await log.close()
  })
})
