import { defaultPolicy, definePolicy, PolicyError, type AuditLog, type Ledger } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { createGuard, type GuardOptions } from '../src/index.ts'
import { memoryAuditLog, scriptedUpstream, testAuthority } from '../src/testing.ts'
import { guardKit, refusalOf } from './guard-kit.ts'

const codex = { model: 'gpt-5.3-codex', input: 'hi' }
const mini = { model: 'gpt-5-mini', input: 'hi' }
const fail = (message: string) => async () => {
  throw new Error(message)
}
const failing = (part: Partial<AuditLog>): AuditLog => ({
  record: async () => {},
  flush: async () => {},
  close: async () => {},
  ...part,
})
const { ledger } = await testAuthority()
const brokenLedger = (part: Partial<Ledger>): Ledger => ({ ...ledger, ...part })

describe('whatever fails before a request leaves refuses it, with a code', () => {
  it.each<[string, Partial<GuardOptions>, string]>([
    ['the audit log', { audit: failing({ record: fail('disk full') }) }, 'audit_failed'],
    ['the ledger', { ledger: brokenLedger({ consume: fail('no disk') }) }, 'guard_failed'],
    [
      'the ledger, which says so',
      {
        ledger: brokenLedger({
          consume: async () => {
            throw new PolicyError('ledger_failed', 'the ledger is locked')
          },
        }),
      },
      'ledger_failed',
    ],
    ['the keys', { keys: { find: fail('no file') } }, 'guard_failed'],
    [
      'the approvals',
      { approvals: { grants: fail('no folder'), find: fail('x'), request: fail('x') } },
      'guard_failed',
    ],
    [
      'the clock',
      {
        clock: () => {
          throw new Error('no time')
        },
      },
      'guard_failed',
    ],
    [
      "the application's own logging",
      {
        onDecision: () => {
          throw new Error('logger')
        },
      },
      'guard_failed',
    ],
  ])('%s', async (_name, options, code) => {
    await using kit = await guardKit({ grants: [5], guard: options })
    const error = await refusalOf(() => kit.openai.responses.create(codex))
    expect(error.code).toBe(code)
    expect(kit.server.requests).toEqual([])
  })

  it('an open model runs on without its entry, and the loss is counted', async () => {
    await using kit = await guardKit({ guard: { audit: failing({ record: fail('disk full') }) } })
    await kit.openai.responses.create(mini)
    await kit.guard.close()
    expect(kit.server.requests).toHaveLength(1)
    expect(kit.guard.lostEntries).toBe(1)
  })

  it('an open model that is audited in full runs on too', async () => {
    const { models } = defaultPolicy
    const standard = { ...models.classes['standard'], audit: 'full' } as const
    const policy = await definePolicy({
      ...defaultPolicy,
      models: { ...models, classes: { ...models.classes, standard } },
    })
    await using kit = await guardKit({ guard: { policy, audit: failing({ record: fail('disk full') }) } })
    await kit.openai.responses.create(mini)
    await kit.guard.close()
    expect(kit.server.requests).toHaveLength(1)
    expect(kit.guard.lostEntries).toBe(2)
  })

  it('a refusal that cannot be recorded is still a refusal, and counted', async () => {
    await using kit = await guardKit({ guard: { audit: failing({ record: fail('disk full') }) } })
    expect((await refusalOf(() => kit.openai.responses.create(codex))).code).toBe('grant_required')
    expect(kit.guard.lostEntries).toBe(1)
  })

  it('a closed guard refuses everything', async () => {
    await using kit = await guardKit()
    await kit.guard.close()
    expect((await refusalOf(() => kit.openai.responses.create(mini))).code).toBe('guard_closed')
    expect((await refusalOf(() => kit.openai.models.list())).code).toBe('guard_closed')
    expect(kit.server.requests).toEqual([])
  })

  it('a call that was made before the guard was closed leaves, and is counted', async () => {
    const authority = await testAuthority()
    const audit = memoryAuditLog()
    const upstream = scriptedUpstream()
    const guard = createGuard({ ...authority, audit })
    const body = JSON.stringify(mini)
    const headers = { 'content-type': 'application/json' }
    const called = guard.wrapFetch(upstream.fetch)('https://api.openai.com/v1/responses', {
      method: 'POST',
      headers,
      body,
    })
    await guard.close()
    expect(audit.records.map(({ kind }) => kind)).toContain('call.finished')
    expect((await called).status).toBe(200)
  })

  it('the entry is acknowledged before the request leaves', async () => {
    const order: string[] = []
    await using kit = await guardKit({
      grants: [1],
      server: { respond: () => void order.push('request') },
      guard: {
        audit: failing({
          record: async ({ kind }) => {
            await new Promise((resolve) => setImmediate(resolve))
            order.push(kind)
          },
        }),
      },
    })
    await kit.openai.responses.create(codex)
    expect(order.slice(0, 2)).toEqual(['call.started', 'request'])
  })

  it('what fails upstream passes unchanged', async () => {
    const lost = new TypeError('fetch failed')
    await using kit = await guardKit({ client: { fetch: fail('never'), maxRetries: 0 } })
    await expect(kit.guard.wrapFetch(async () => Promise.reject(lost))(kit.server.url)).rejects.toBe(lost)
    await expect(kit.openai.responses.create(mini)).rejects.toMatchObject({
      message: 'Connection error.',
      cause: { message: 'never' },
    })
  })

  it('an agent key that is no pair is refused when the guard is made', async () => {
    const [mine, other] = [await testAuthority(), await testAuthority()]
    const { publicJwk } = other.agentKey
    const make = (agentKey: GuardOptions['agentKey']) => () =>
      createGuard({ ...mine, audit: failing({}), ...(agentKey && { agentKey }) })
    expect(make({ ...mine.agentKey, publicJwk })).toThrow(expect.objectContaining({ code: 'key_missing' }))
    let reads = 0
    const twoFaced = {
      ...mine.agentKey,
      get publicJwk() {
        reads += 1
        return reads === 1 ? mine.agentKey.publicJwk : publicJwk
      },
    }
    expect(make(twoFaced)).not.toThrow()
    expect(reads).toBe(1)
    expect(make({ publicJwk, privateJwk: { ...publicJwk, d: 'x' } })).toThrow(
      expect.objectContaining({ code: 'key_missing' }),
    )
    expect(make(mine.agentKey)).not.toThrow()
  })
})
