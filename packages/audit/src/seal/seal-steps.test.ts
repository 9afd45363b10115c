import type * as fs from 'node:fs/promises'
import { appendFile, copyFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { key, origin, temporaryFolder, writeLog } from '../../test/support/log-fixture.ts'
import { sealLog } from './seal-log.ts'
import { verifyLog } from './verify-log.ts'

const { steps, step } = vi.hoisted(() => {
  const steps = { taken: [] as string[], last: Infinity }
  function step(name: string): void {
    if (steps.taken.length >= steps.last) throw new Error('dead')
    steps.taken.push(name)
  }
  return { steps, step }
})

/** The system's calls that change something, noted in order; after a given number of them the process is as if dead. */
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof fs>()
  return {
    ...real,
    async open(path: string, ...more: []) {
      const file = await real.open(path, ...more)
      const name = basename(path)
      const changing = ['write', 'writeFile', 'sync', 'datasync'] as const
      for (const method of changing) {
        const call = (file[method] as (...input: unknown[]) => Promise<unknown>).bind(file)
        Object.assign(file, {
          [method]: (...input: unknown[]) => {
            step(`${method} ${name}`)
            return call(...input)
          },
        })
      }
      return file
    },
    rename(from: string, to: string) {
      step(`rename ${basename(to)}`)
      return real.rename(from, to)
    },
  }
})

async function scenario() {
  const folder = await temporaryFolder()
  const path = join(folder.path, 'log')
  steps.last = Infinity
  await writeLog(path, 3)
  const { checkpoint } = await sealLog({ path, key: key.skey, origin })
  await writeLog(path, 3)
  steps.taken = []
  return { folder, path, checkpoint }
}

const seal = (path: string) => sealLog({ path, key: key.skey, origin })

describe('the steps of a seal', () => {
  it('sync the log and everything else before the checkpoint is published', async () => {
    const { folder, path } = await scenario()
    await using _ = folder
    await seal(path)
    expect(steps.taken.filter((step) => !step.startsWith('write'))).toEqual([
      'datasync log.leaves',
      'datasync log',
      'sync log.sealer.next',
      'rename log.sealer',
      `sync ${basename(folder.path)}`,
      'sync log.checkpoint.next',
      'rename log.checkpoint',
      `sync ${basename(folder.path)}`,
    ])
  })

  it.each([
    ['grown', ''],
    ['read anew', '.sealer'],
  ])(
    'may each be the last: the next seal goes on and verifies, for a log that is %s',
    async (_name, lost) => {
      for (let last = 0; ; last += 1) {
        const { folder, path, checkpoint } = await scenario()
        await using _ = folder
        if (lost !== '') await copyFile('/dev/null', path + lost)
        steps.last = last
        const died = await seal(path).then(
          () => false,
          () => true,
        )
        steps.last = Infinity
        // Whatever is published now verifies, and is no older than before.
        expect(
          await verifyLog({ path, vkey: key.vkey, atLeast: checkpoint }),
          `after ${last} steps`,
        ).toMatchObject({ type: 'verified' })
        await appendFile(path, '{"torn')
        await writeLog(path, 1)
        await seal(path)
        expect(
          await verifyLog({ path, vkey: key.vkey, atLeast: checkpoint }),
          `after ${last} steps`,
        ).toMatchObject({
          type: 'verified',
          unsealed: { lines: 0 },
        })
        if (!died) break
      }
    },
  )
})
