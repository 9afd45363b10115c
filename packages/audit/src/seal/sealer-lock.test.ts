import { readlink, symlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/support/log-fixture.ts'
import { withSealerLock } from './sealer-lock.ts'

const busy = { code: 'log_busy' }

describe('withSealerLock', () => {
  it('lets one work at a time, and the next one after it, also when the work fails', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'lock')
    const done = await withSealerLock(path, async () => {
      await expect(withSealerLock(path, async () => 'second')).rejects.toMatchObject(busy)
      return 'first'
    })
    expect(done).toBe('first')
    await expect(withSealerLock(path, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
    await expect(withSealerLock(path, async () => 'third')).resolves.toBe('third')
  })

  it.each([
    ['a process that has died', { pid: 2 ** 22 + 1, host: hostname(), started: '1' }],
    ['a process whose number another has now', { pid: process.pid, host: hostname(), started: '1' }],
  ])('takes the lock over from %s', async (_name, holder) => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'lock')
    await symlink(JSON.stringify(holder), path)
    const held = await withSealerLock(path, () => readlink(path))
    expect(JSON.parse(held)).toMatchObject({ pid: process.pid })
    await expect(readlink(path)).rejects.toThrow('ENOENT')
  })

  it.each([
    ['on another host', JSON.stringify({ pid: 2 ** 22 + 1, host: 'elsewhere.example', started: '1' })],
    ['it cannot read', 'somebody'],
  ])('waits for a holder %s', async (_name, holder) => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'lock')
    await symlink(holder, path)
    await expect(withSealerLock(path, async () => {})).rejects.toMatchObject(busy)
    expect(await readlink(path)).toBe(holder)
  })

  it('lets one of many take over', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'lock')
    await symlink(JSON.stringify({ pid: 2 ** 22 + 1, host: hostname(), started: '1' }), path)
    let working = 0
    const work = async () => {
      working += 1
      expect(working).toBe(1)
      await readlink(path)
      working -= 1
    }
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => withSealerLock(path, work)))
    for (const result of all) if (result.status === 'rejected') expect(result.reason).toMatchObject(busy)
    expect(all.some(({ status }) => status === 'fulfilled')).toBe(true)
  })
})
