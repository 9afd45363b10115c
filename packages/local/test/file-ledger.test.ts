import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Ledger, type Spend, ulid } from '@policy/core'
import { ledgerSuite } from '@policy/core/testing'
import { createFileLedger, fileLedger } from '@policy/local'
import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from './support/scratch-repository.ts'
import { startSpender } from './support/start-spender.ts'

const folders = new Map<string, string>()
const folderOf = ({ id }: Ledger) => folders.get(id) ?? ''

async function open(): Promise<Ledger> {
  const folder = join(scratchFolder(), 'ledger')
  const id = `led_${ulid(0, randomBytes(10))}`
  folders.set(id, folder)
  await createFileLedger({ folder, id })
  return fileLedger({ folder, id })
}

describe('fileLedger', () => {
  const suite = ledgerSuite({
    open,
    reopen: (ledger) => fileLedger({ folder: folderOf(ledger), id: ledger.id }),
    async spendInProcesses(ledger, lists) {
      const spenders = await Promise.all(
        lists.map(() => startSpender({ folder: folderOf(ledger), id: ledger.id })),
      )
      const told = await Promise.all(spenders.map(({ spend }, index) => spend(lists[index] ?? [])))
      return told.flat().map(({ result }) => result)
    },
  })
  for (const { name, run } of suite) it(name, run, 30_000)

  it('passes no call too many and forgets none, though processes are killed while they spend', async () => {
    const ledger = await open()
    const folder = folderOf(ledger)
    const maxCalls = 25
    const spend = (callId: string): Spend => ({
      jti: 'k'.repeat(43),
      callId,
      bodyDigest: `sha256:${'a'.repeat(64)}`,
      maxCalls,
      exp: 4_000_000_000,
      issued: { kid: 'k', escalation: `sha256:${'e'.repeat(64)}`, iat: 1 },
    })
    const passed: string[] = []
    for (let round = 0; round < 2; round++) {
      const spenders = await Promise.all(
        Array.from({ length: 4 }, () => startSpender({ folder, id: ledger.id })),
      )
      const told = spenders.map(async ({ child, spend: spendAll }, index) => {
        let left = Math.floor(Math.random() * 4)
        return spendAll(
          Array.from({ length: 40 }, (_, call) => spend(`${round}-${index}-${call}`)),
          () => left-- === 0 && child.kill('SIGKILL'),
        )
      })
      for (const { callId, result } of (await Promise.all(told)).flat())
        if (result.type === 'spent') passed.push(callId)
    }
    const before = await ledger.usage(spend(''))
    expect(before.used).toBeLessThanOrEqual(maxCalls)
    expect(before.calls).toEqual(expect.arrayContaining(passed))

    for (let call = 0; call < 30; call++) await ledger.consume(spend(`last-${call}`))
    expect((await ledger.usage(spend(''))).used).toBe(maxCalls)
    expect(new Set(passed).size).toBe(passed.length)
    expect(passed.length).toBeLessThanOrEqual(maxCalls)
    expect(readdirSync(join(folder, 'spends'))).toHaveLength(1)
    expect(readFileSync(join(folder, 'revocations.jsonl'), 'utf8')).toBe('')
  }, 30_000)
})
