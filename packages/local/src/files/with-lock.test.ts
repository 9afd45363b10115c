import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { scratchFolder } from '../../test/support/scratch-repository.ts'
import { withLock } from './with-lock.ts'

const aLock = () => join(scratchFolder(), 'state', 'x.lock')

it('lets one work at a time, in whatever way the work ends', async () => {
  const path = aLock()
  let working = 0
  const work = async (fails: boolean) => {
    working += 1
    expect(working).toBe(1)
    expect(existsSync(path)).toBe(true)
    await Promise.resolve()
    working -= 1
    if (fails) throw new Error('failed')
  }
  const all = await Promise.allSettled(
    Array.from({ length: 12 }, (_, at) => withLock(path, () => work(at % 3 === 0))),
  )
  expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(4)
  expect(readdirSync(dirname(path))).toEqual([])
})

it('takes away what a process that died has left, for one waiter at a time', async () => {
  const path = aLock()
  await withLock(path, async () => {})
  writeFileSync(path, 'of somebody who died')
  let [working, done] = [0, 0]
  const work = async () => {
    working += 1
    expect(working).toBe(1)
    await new Promise(setImmediate)
    working -= 1
    done += 1
  }
  await Promise.all(Array.from({ length: 4 }, () => withLock(path, work, 40)))
  expect(done).toBe(4)
  expect(readdirSync(dirname(path))).toEqual([])
})

it('leaves the lock of another alone, who took it while this one slept', async () => {
  const path = aLock()
  await withLock(path, async () => writeFileSync(path, 'of another'))
  expect(readFileSync(path, 'utf8')).toBe('of another')
})

it('says so where no lock can be made', async () => {
  const path = join(scratchFolder(), 'file', 'x.lock')
  writeFileSync(dirname(path), '')
  await expect(withLock(path, async () => {})).rejects.toMatchObject({ code: 'file_unreadable' })
})
