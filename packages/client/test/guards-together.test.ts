import { promptHash, type AuditRecord, type CallContext } from '@policy/core'
import OpenAI, { PermissionDeniedError } from 'openai'
import { describe, expect, it, vi } from 'vitest'
import { createGuard, PolicyDeniedError } from '../src/index.ts'
import { memoryAuditLog, testAuthority } from '../src/testing.ts'
import { guardKit, refusalOf, type GuardKit } from './guard-kit.ts'

const codex = { model: 'gpt-5.3-codex', input: 'hi' }
const mini = { model: 'gpt-5-mini', input: 'hi' }

const failing = (failures: number) => () =>
  failures-- > 0 ? Response.json({}, { status: 500, headers: { 'retry-after-ms': '1' } }) : undefined
/** An outer guard of another agent, with a key, a ledger and a log of its own, round the client of the inner one. */
async function outerOf(inner: GuardKit, context: CallContext = {}) {
  const authority = await testAuthority()
  const audit = memoryAuditLog()
  const grants = [await authority.grant({ claims: { act: { sub: 'agent:outer' } } })]
  const outer = createGuard({
    ...authority,
    context: { ...authority.context, agent: 'agent:outer', rationale: 'outer' },
    audit,
    grants,
  })
  return { openai: outer.wrap(inner.openai, context), authority, audit }
}
const entries = (records: readonly AuditRecord[]) =>
  records.map(({ kind, data }) => [
    kind,
    'gen_ai.agent.id' in data && data['gen_ai.agent.id'],
    'model_policy.attempts' in data && data['model_policy.attempts'],
  ])

describe('several guards and clients in one process', () => {
  it('do not disturb each other', async () => {
    await using granted = await guardKit({ grants: [5] })
    await using other = await guardKit()
    const both = await Promise.allSettled(
      Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? granted : other).openai.responses.create(codex)),
    )
    expect(both.map(({ status }) => status)).toEqual(
      Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? 'fulfilled' : 'rejected')),
    )
    expect(other.server.requests).toEqual([])
  })

  it('a client wrapped twice by one guard is decided and spent once, under the later context', async () => {
    await using kit = await guardKit({ grants: [1] })
    const twice = kit.guard.wrap(kit.guard.wrap(kit.raw, { task: 'ISSUE-99' }), { task: 'ISSUE-12' })
    await twice.responses.create(codex)
    expect(kit.audit.records.filter(({ kind }) => kind === 'call.started')).toHaveLength(1)
    const fetch = kit.guard.wrapFetch(kit.guard.wrapFetch(globalThis.fetch))
    const through = kit.guard.wrap(new OpenAI({ apiKey: 'k', baseURL: kit.server.url, fetch }))
    await through.responses.create(mini)
    await kit.guard.close()
    expect(kit.audit.records.filter(({ kind }) => kind === 'call.finished')).toHaveLength(2)
  })

  it('a client behind two guards needs both, and says which refused', async () => {
    await using inner = await guardKit()
    const authority = await testAuthority()
    const outer = createGuard({ ...authority, audit: memoryAuditLog(), grants: [await authority.grant()] })
    const both = outer.wrap(inner.openai)
    expect((await refusalOf(() => both.responses.create(codex))).code).toBe('grant_required')
    expect(inner.server.requests).toEqual([])
    await both.responses.create(mini)
    expect(inner.server.requests).toHaveLength(1)
  })

  describe('a client behind two guards', () => {
    it.each([
      ['succeeds', undefined, 3, 'complete'],
      ['is given up', 9, 3, 'error'],
    ])(
      'is one call for each, that %s: decided under its own facts, spent once, one pair of entries',
      async (_how, failures = 2, attempts, outcome) => {
        await using inner = await guardKit({ grants: [1], server: { respond: failing(failures) } })
        const outer = await outerOf(inner)
        const call = outer.openai.responses.create(codex)
        if (outcome === 'complete') await call
        else await expect(call).rejects.toMatchObject({ status: 500 })
        expect(inner.server.requests).toHaveLength(attempts)
        await vi.waitFor(() => expect(inner.audit.records).toHaveLength(2))
        for (const [{ records }, agent] of [
          [inner.audit, 'agent:test'],
          [outer.audit, 'agent:outer'],
        ] as const) {
          expect(entries(records)).toEqual([
            ['call.started', agent, false],
            ['call.finished', agent, attempts],
          ])
          expect(records[1]?.data).toMatchObject({ 'model_policy.outcome': outcome })
        }
        expect((await refusalOf(() => outer.openai.responses.create(codex))).code).toBe('grant_spent')
      },
    )

    it('a body that stalls is asked for again by both as the same call', async () => {
      let stalls = 1
      const stalled = new ReadableStream({ start: (to) => to.enqueue(new TextEncoder().encode('{"id":')) })
      const respond = () =>
        stalls-- > 0 ? new Response(stalled, { headers: { 'content-type': 'application/json' } }) : undefined
      await using inner = await guardKit({ grants: [1], server: { respond } })
      const outer = await outerOf(inner)
      await outer.openai.responses.create(codex, { timeout: 200 })
      await vi.waitFor(() => expect(inner.audit.records).toHaveLength(2))
      expect(entries(inner.audit.records)).toEqual([
        ['call.started', 'agent:test', false],
        ['call.finished', 'agent:test', 2],
      ])
    })

    it('the inner one decides under its own context, with what the call itself says', async () => {
      await using inner = await guardKit({ guard: { context: { agent: 'agent:inner' } } })
      const outer = await outerOf(inner, { persona: 'project-manager', paths: ['src/extra.ts'] })
      const error = await refusalOf(() =>
        outer.openai.responses.create(codex, { headers: { 'x-policy-rationale': 'said' } }),
      )
      expect(error.escalation).toMatchObject({ agent: 'agent:inner', summary: 'said' })
      expect(error.escalation?.agentKey).toEqual(inner.authority.agentKey.publicJwk)
      for (const fact of ['persona', 'task', 'paths']) expect(error.escalation).not.toHaveProperty(fact)
    })
  })

  it('a client or a fetch wrapped again stays under what the first wrap said of it', async () => {
    await using kit = await guardKit({ guard: { context: { agent: 'agent:test' } } })
    const { guard } = kit
    const first = { persona: 'developer', paths: ['src/auth/a.ts'] }
    const later = { persona: 'reviewer', paths: ['docs/b.md'] }
    const fetch = guard.wrapFetch(guard.wrapFetch(globalThis.fetch, first), later)
    const byFetch = new OpenAI({ apiKey: 'k', baseURL: kit.server.url, fetch, maxRetries: 0 })
    const clients = [
      guard.wrap(guard.wrap(kit.raw, first), later),
      guard.wrap(guard.wrap(guard.wrap(kit.raw, first).withOptions({ timeout: 1000 }), {}), later),
      guard.wrap(new OpenAI({ apiKey: 'k', baseURL: kit.server.url, fetch })),
      guard.wrap(kit.raw, first).withOptions({ fetch: guard.wrapFetch(globalThis.fetch, later) }),
    ]
    for (const client of clients) {
      const { escalation } = await refusalOf(() => client.responses.create(codex))
      expect(escalation).toMatchObject({ persona: 'developer', paths: ['src/auth/a.ts', 'docs/b.md'] })
    }
    const error: unknown = await byFetch.responses.create(codex).catch((thrown: unknown) => thrown)
    expect(PolicyDeniedError.from(error)?.escalation).toMatchObject({
      persona: 'developer',
      paths: ['src/auth/a.ts', 'docs/b.md'],
    })
    expect(kit.server.requests).toEqual([])
  })

  it('a fetch of another make, whose answers cannot be watched, works; nobody claims that they were whole', async () => {
    const plain = {
      ok: true,
      status: 200,
      headers: new Headers({ 'content-type': 'application/json' }),
      text: async () => '{"output":[]}',
    }
    await using kit = await guardKit({ client: { fetch: async () => plain as unknown as Response } })
    expect(await kit.openai.post('/responses', { body: mini })).toBeDefined()
    await kit.guard.close()
    expect(kit.audit.records).toMatchObject([
      {
        kind: 'call.finished',
        data: { 'model_policy.outcome': 'possibly-executed', 'model_policy.usage_absent': 'not-reported' },
      },
    ])
  })

  it('check decides without sending or spending, and sees that a grant is used up', async () => {
    await using kit = await guardKit({ grants: [1] })
    expect((await kit.guard.check({ model: 'gpt-codex-5.3' })).type).toBe('allow')
    expect((await kit.guard.check({ model: 'gpt-codex-5.3' })).type).toBe('allow')
    await kit.openai.responses.create(codex)
    expect(await kit.guard.check({ model: 'gpt-5.3-codex' })).toMatchObject({
      type: 'escalate',
      code: 'grant_spent',
    })
    expect(await kit.guard.check({ model: 'gpt-5.3-codex', context: { task: 'ISSUE-13' } })).toMatchObject({
      code: 'grant_task',
    })
    expect(kit.server.requests).toHaveLength(1)
  })

  it('modelFor names the model that a kind of work should use', async () => {
    await using kit = await guardKit()
    expect(kit.guard.modelFor('triage')).toMatchObject({ model: 'gpt-5-mini' })
    expect(() => kit.guard.modelFor('juggling')).toThrow(expect.objectContaining({ code: 'usage' }))
  })

  it('a revoked grant stops the next call', async () => {
    await using kit = await guardKit({ grants: [5] })
    await kit.openai.responses.create(codex)
    await kit.authority.ledger.revoke({ issuedBefore: Math.ceil(Date.now() / 1000) })
    expect((await refusalOf(() => kit.openai.responses.create(codex))).code).toBe('grant_revoked')
  })

  it.each([
    ['first', false],
    ['last', true],
  ])(
    'tells of the grant that only one fact keeps from covering, when it is looked at %s',
    async (_when, late) => {
      await using kit = await guardKit()
      const { authority } = kit
      const near = await authority.grant({ model: 'gpt-5.1-codex' })
      const far = await authority.grant({
        claims: { act: { sub: 'agent:other' } },
        now: Date.now() - 9 * 3_600_000,
      })
      const grants = late ? [far, near] : [near, far]
      const guard = createGuard({ ...authority, audit: kit.audit, grants })
      const error = await refusalOf(() => guard.wrap(kit.raw).responses.create(codex))
      expect(error.code).toBe('grant_model')
      expect(error.message).toContain('the grant is for gpt-5.1-codex; the call asks for gpt-5.3-codex')
      const alone = createGuard({ ...authority, audit: kit.audit, grants: [far] })
      const other = await refusalOf(() => alone.wrap(kit.raw).responses.create(codex))
      expect(other.message).toMatch(/expired.*; and the grant is for agent:other;/)
    },
  )

  it('tells the nearest of several grants', async () => {
    await using kit = await guardKit()
    const { authority } = kit
    const grants = [
      'nonsense',
      await authority.grant({ claims: { act: { sub: 'agent:other' } } }),
      await authority.grant({ now: Date.now() - 9 * 3_600_000 }),
      await authority.grant({ model: 'gpt-5.1-codex' }),
    ]
    const guard = createGuard({ ...authority, audit: kit.audit, grants })
    const error = await refusalOf(() => guard.wrap(kit.raw).responses.create(codex))
    expect(error.code).toBe('grant_expired')
    expect(error.message).toContain('expired')
  })
})

const hashes = (kit: GuardKit) =>
  kit.audit.records.flatMap(({ data }) =>
    'model_policy.prompt_hash' in data ? [data['model_policy.prompt_hash']] : [],
  )

describe('the prompt hash of an entry', () => {
  it('is over the exact bytes that left', async () => {
    await using kit = await guardKit({ grants: [1] })
    await kit.openai.responses.create({ ...codex, input: 'Grüße' })
    expect(hashes(kit)).toEqual([promptHash(Buffer.from(kit.server.requests[0]?.body ?? ''))])
  })

  it('is keyed where a key is given, for text, bytes and forms', async () => {
    const promptHashKey = { id: 'k1', secret: Buffer.from('secret') }
    await using kit = await guardKit({ grants: [3], guard: { promptHashKey } })
    const body = Buffer.from(JSON.stringify(codex))
    await kit.openai.responses.create(codex)
    await kit.openai.post('/responses', { body, headers: { 'content-type': 'application/json' } })
    const form = new FormData()
    form.append('model', codex.model)
    await kit.openai.post('/responses', { body: form })
    const [text, bytes, fields] = hashes(kit)
    expect([text, bytes]).toEqual([promptHash(body, promptHashKey), promptHash(body, promptHashKey)])
    expect(fields).toMatch(/^hmac-sha256:k1:[0-9a-f]{64}$/)
  })
})

describe('PolicyDeniedError', () => {
  it('is known to another copy of the package, as an error and behind a guard of that copy', async () => {
    await using kit = await guardKit()
    vi.resetModules()
    const other = await import('../src/index.ts')
    expect(other.PolicyDeniedError).not.toBe(PolicyDeniedError)
    const fetch = kit.guard.wrapFetch(globalThis.fetch)
    const openai = new OpenAI({ apiKey: 'k', baseURL: kit.server.url, fetch })
    const error: unknown = await openai.responses.create(codex).catch((thrown: unknown) => thrown)
    expect(error).not.toBeInstanceOf(PolicyDeniedError)
    const denied = other.PolicyDeniedError.from(error)
    expect(denied).toMatchObject({ code: 'grant_required', origin: 'guard' })
    expect(denied?.escalation).toBeDefined()

    const authority = await testAuthority()
    const grants = [await authority.grant()]
    const outer = other.createGuard({ ...authority, audit: memoryAuditLog(), grants })
    const behind = await refusalOf(() => outer.wrap(kit.openai).responses.create(codex))
    expect(behind).toMatchObject({ code: 'grant_required', origin: 'guard' })
    expect(behind).toBeInstanceOf(PermissionDeniedError)
    expect(kit.server.requests).toEqual([])
  })

  it('is no word of an upstream that names a refusal it cannot know', async () => {
    const headers = { 'x-policy-refusal': 'a guess', 'x-policy-code': 'grant_required' }
    const forged = () => Response.json({ error: { message: 'no' } }, { status: 403, headers })
    await using kit = await guardKit({ server: { respond: forged } })
    const error: unknown = await kit.openai.responses.create(mini).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(PermissionDeniedError)
    expect(PolicyDeniedError.is(error)).toBe(false)
    expect(PolicyDeniedError.from(error)).toBeUndefined()
  })

  it('is recognised by marker, by class and through causes; anything else is not', async () => {
    await using kit = await guardKit()
    const error = await refusalOf(() => kit.openai.responses.create(codex))
    expect(PolicyDeniedError.is(error)).toBe(true)
    expect(error instanceof PolicyDeniedError).toBe(true)
    expect(PolicyDeniedError.from(new Error('x', { cause: { errors: [error] } }))?.code).toBe(
      'grant_required',
    )
    const loop: { cause?: unknown } = {}
    loop.cause = loop
    for (const other of [undefined, null, 'x', new Error('x'), { code: 'grant_required' }, loop]) {
      expect(PolicyDeniedError.is(other)).toBe(false)
      expect(PolicyDeniedError.from(other)).toBeUndefined()
    }
  })

  it('prints what was refused, why and what next, and holds no prompt', async () => {
    await using kit = await guardKit()
    const error = await refusalOf(() => kit.openai.responses.create({ ...codex, input: 'the secret prompt' }))
    expect(error.message).toMatch(/^gpt-5\.3-codex is refused: .*\. Ask a person: .*\.$/)
    expect(JSON.stringify([error, error.message, error.decision, kit.audit.records])).not.toContain(
      'secret prompt',
    )
  })
})
