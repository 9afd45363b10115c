import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Spend } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../../test/support/scratch-repository.ts'
import { createFileLedger, fileLedger } from './file-ledger.ts'

const id = 'led_01JD0000000000000000000000'
const jti = 'j'.repeat(43)

const spend = (callId: string, changes: Partial<Spend> = {}): Spend => ({
  jti,
  callId,
  bodyDigest: `sha256:${'a'.repeat(64)}`,
  maxCalls: 2,
  exp: 2_000_000_000,
  issued: { kid: 'k', escalation: `sha256:${'e'.repeat(64)}`, iat: 1_000 },
  ...changes,
})

async function aLedger() {
  const folder = join(scratchFolder(), 'ledger')
  await createFileLedger({ folder, id })
  return { folder, ledger: await fileLedger({ folder, id }) }
}

describe('fileLedger', () => {
  it('is missed where there is none, and refused where it is another', async () => {
    const { folder } = await aLedger()
    await expect(fileLedger({ folder: join(folder, 'x'), id })).rejects.toMatchObject({
      code: 'ledger_missing',
    })
    await expect(fileLedger({ folder, id: 'led_other' })).rejects.toMatchObject({ code: 'ledger_foreign' })
    await expect(createFileLedger({ folder, id: 'led_other' })).rejects.toMatchObject({
      code: 'ledger_foreign',
    })
    writeFileSync(join(folder, 'ledger.json'), '')
    await expect(fileLedger({ folder, id })).rejects.toMatchObject({ code: 'ledger_foreign' })
  })

  it('keeps what was spent when it is made again', async () => {
    const { folder, ledger } = await aLedger()
    await ledger.consume(spend('a'))
    await createFileLedger({ folder, id })
    expect(await (await fileLedger({ folder, id })).usage(spend('a'))).toMatchObject({
      used: 1,
      calls: ['a'],
    })
  })

  it.each(['', 'spends', 'revocations.jsonl'])('refuses once %j is taken away under it', async (name) => {
    const { folder, ledger } = await aLedger()
    rmSync(join(folder, name), { recursive: true })
    await expect(ledger.consume(spend('a'))).rejects.toMatchObject({ code: 'ledger_missing' })
  })

  it('does not count a torn line, and loses no line after it', async () => {
    const { folder, ledger } = await aLedger()
    const file = join(folder, 'spends', `${jti}.jsonl`)
    await ledger.consume(spend('a'))
    appendFileSync(file, '\n{"callId":"torn","bodyDi')
    expect(await ledger.consume(spend('b'))).toEqual({ type: 'spent', used: 2, replay: false })
    expect(await ledger.usage(spend('a'))).toMatchObject({ used: 2, calls: ['a', 'b'] })
    expect(readFileSync(file, 'utf8')).toContain('torn')
  })

  it('does not count a line that came too late in a race, and lets its call be tried again', async () => {
    const { folder, ledger } = await aLedger()
    const line = (callId: string) =>
      `\n${JSON.stringify({ callId, bodyDigest: spend('').bodyDigest, maxCalls: 2, claim: callId })}\n`
    appendFileSync(join(folder, 'spends', `${jti}.jsonl`), ['a', 'b', 'late'].map(line).join(''))
    expect(await ledger.usage(spend(''))).toEqual({ used: 2, calls: ['a', 'b'], revoked: false })
    expect(await ledger.consume(spend('late'))).toEqual({ type: 'refused', code: 'grant_spent', used: 2 })
    expect(await ledger.consume(spend('late', { maxCalls: 3 }))).toMatchObject({ type: 'spent', used: 3 })
  })

  it('refuses everything over a revocation that it does not understand', async () => {
    const { folder, ledger } = await aLedger()
    appendFileSync(join(folder, 'revocations.jsonl'), '\n{"everything":true}\n')
    await expect(ledger.consume(spend('a'))).rejects.toMatchObject({ code: 'ledger_failed' })
  })

  it('takes no grant id for a path', async () => {
    const { ledger } = await aLedger()
    await expect(ledger.consume(spend('a', { jti: '../ledger' }))).rejects.toMatchObject({
      code: 'ledger_failed',
    })
  })
})
