import { readdir, readFile, symlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseLine, rotateLog, sealLog, verifyLog } from '../src/index.ts'
import { withSealerLock } from '../src/seal/sealer-lock.ts'
import { start, startNode, type Child } from './support/child.ts'
import { key, origin, temporaryFolder, writeLog } from './support/log-fixture.ts'

async function linesOf(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).split('\n').slice(0, -1)
}

/** The ids of the calls that whole lines record. */
function callsIn(lines: readonly string[]): Set<string> {
  const events = lines.map(parseLine).flatMap((line) => (line.type === 'entry' ? [line.event] : []))
  return new Set(
    events.map(({ data }) => (data as { 'model_policy.call_id'?: string })['model_policy.call_id'] ?? ''),
  )
}

describe('a writer that is killed', () => {
  it('has everything in the log that it acknowledged, and harms no line of its neighbours', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    const neighbours = ['a', 'b'].map((name) => startNode('writer.ts', path, name, '300', '2000', 'durable'))
    const killed: Child[] = []
    for (const durability of ['durable', 'written', 'durable', 'written']) {
      const victim = startNode('writer.ts', path, `victim-${killed.length}`, '100000', '20000', durability)
      await victim.printed(1 + Math.floor(Math.random() * 100))
      victim.kill()
      await victim.ended
      killed.push(victim)
    }
    expect(await Promise.all(neighbours.map(({ ended }) => ended))).toEqual([0, 0])
    const lines = await linesOf(path)
    const present = callsIn(lines)
    const acknowledged = [...killed, ...neighbours].flatMap((child) => child.lines)
    expect(acknowledged.length).toBeGreaterThan(600)
    expect(acknowledged.filter((id) => !present.has(id))).toEqual([])
    const torn = lines.filter((line) => parseLine(line).type === 'torn')
    expect(torn.length).toBeLessThanOrEqual(killed.length)
  }, 60_000)

  it('leaves a torn line that the next writer ends before its own', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    // The system stops this process in the middle of a record: its file may not pass so many blocks of 512 bytes.
    const command = 'ulimit -f 201; exec "$0" --conditions=@policy/source "$@"'
    const program = join(import.meta.dirname, 'support/writer.ts')
    const input = [program, path, 'victim', '100', '20000', 'durable']
    const victim = start('sh', ['-c', command, process.execPath, ...input], 'ignore')
    expect(await victim.ended).not.toBe(0)
    expect((await readFile(path)).length).toBe(201 * 512)

    const neighbour = startNode('writer.ts', path, 'neighbour', '10', '2000', 'durable')
    expect(await neighbour.ended).toBe(0)
    const lines = await linesOf(path)
    const torn = lines.filter((line) => parseLine(line).type === 'torn')
    const present = callsIn(lines)
    expect(torn).toHaveLength(1)
    expect([...victim.lines, ...neighbour.lines].filter((id) => !present.has(id))).toEqual([])
    expect(neighbour.lines).toHaveLength(10)
  }, 60_000)
})

describe('a sealer that is killed', () => {
  it('leaves a log that seals on and verifies, wherever it was', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    await writeLog(path, 2)
    let { checkpoint } = await sealLog({ path, key: key.skey, origin })
    for (let round = 0; round < 5; round += 1) {
      const sealer = startNode('sealer.ts', path, key.skey, origin)
      const over = new AbortController()
      const writing = (async () => {
        while (!over.signal.aborted) {
          await writeLog(path, 20)
          await sealer.printed(sealer.lines.length + 1)
        }
      })()
      // It seals without a pause, so any moment after the first seal is in the middle of one.
      await sealer.printed(1 + Math.floor(Math.random() * 8))
      sealer.kill()
      over.abort()
      await Promise.all([sealer.ended, writing])
      const published = await readFile(`${path}.checkpoint`, 'utf8')
      expect(
        await verifyLog({ path, vkey: key.vkey, checkpoint: published, atLeast: checkpoint }),
      ).toMatchObject({ type: 'verified' })
      const size = Number(published.split('\n')[1])
      const sealed = await sealLog({ path, key: key.skey, origin })
      expect(sealed.size).toBeGreaterThanOrEqual(size)
      expect(await verifyLog({ path, vkey: key.vkey, atLeast: published })).toMatchObject({
        type: 'verified',
        unsealed: { lines: 0 },
      })
      checkpoint = sealed.checkpoint
    }
  }, 60_000)

  it('leaves a lock that the next one takes over, wherever it was killed, also while it took over that of another', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'lock')
    const dead = { pid: 2 ** 22 + 1, host: hostname(), started: '1' }
    for (let [number, survived] = [1, false]; !survived; number += 1) {
      await symlink(JSON.stringify(dead), path)
      const victim = startNode('lock-victim.ts', path, String(number))
      survived = (await victim.ended) === 0
      // Another one, killed early: it finds what the first left of its own taking over.
      await startNode('lock-victim.ts', path, '2').ended
      await expect(withSealerLock(path, async () => 'taken')).resolves.toBe('taken')
    }
  }, 60_000)

  it('is waited for while it lives', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    await writeLog(path, 2000)
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, () => sealLog({ path, key: key.skey, origin })),
    )
    const refused = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    )
    for (const error of refused) expect(error).toMatchObject({ code: 'log_busy' })
    expect(refused.length).toBeLessThan(4)
    expect(await verifyLog({ path, vkey: key.vkey })).toMatchObject({
      type: 'verified',
      unsealed: { lines: 0 },
    })
  })
})

describe('a log that is rotated while others write, by processes that are killed', () => {
  it('has every acknowledged line once, in logs that verify and go on from each other', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    await writeLog(path, 1)
    const writers = ['a', 'b'].map((name) => startNode('writer.ts', path, name, '2000', '700', 'written'))
    const over = Promise.all(writers.map(({ ended }) => ended))
    for (let round = 0; round < 3; round += 1) {
      const rotator = startNode('rotator.ts', path, key.skey, origin)
      await rotator.printed(1 + Math.floor(Math.random() * 5))
      rotator.kill()
      await rotator.ended
    }
    expect(await over).toEqual([0, 0])
    const { archive } = await rotateLog({ path, key: key.skey, origin })
    const names = (await readdir(folder.path)).filter((name) => /\.log\.\d+T\d+\.\d+Z$/.test(name)).toSorted()
    const logs = names.map((name) => join(folder.path, name))
    expect(logs.at(-1)).toBe(archive)
    const lines = (await Promise.all(logs.map(linesOf))).flat()
    const ids = lines.flatMap((line) => /"model_policy.call_id":"([ab]-\d+)"/.exec(line)?.[1] ?? [])
    expect(ids.toSorted()).toEqual(writers.flatMap((writer) => writer.lines).toSorted())
    for (const [index, log] of [...logs, path].entries()) {
      const previous = index === 0 ? {} : { previous: logs[index - 1] ?? '' }
      expect(await verifyLog({ path: log, vkey: key.vkey, ...previous })).toMatchObject({ type: 'verified' })
    }
  }, 60_000)
})
