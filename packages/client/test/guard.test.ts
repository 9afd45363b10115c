import { PermissionDeniedError } from 'openai'
import { describe, expect, it } from 'vitest'
import { createGuard, PolicyDeniedError } from '../src/index.ts'
import { collect, guardKit, refusalOf } from './guard-kit.ts'

const codex = 'gpt-5.3-codex'

describe('a guarded client', () => {
  it('lets an open model through, plain and streamed, with its usage counted', async () => {
    await using kit = await guardKit()
    const response = await kit.openai.responses.create({ model: 'gpt-5-mini', input: 'hi' })
    expect(response.output_text).toBe('ok')
    const stream = await kit.openai.chat.completions.create({
      model: 'gpt-5-mini',
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
      stream_options: { include_usage: true },
    })
    const chunks = await collect(stream)
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('ok')
    await kit.guard.close()
    expect(kit.audit.records.map(({ kind }) => kind)).toEqual(['call.finished', 'call.finished'])
    expect(kit.audit.records[0]?.data).toMatchObject({
      'model_policy.audit': 'summary',
      'model_policy.outcome': 'complete',
      'gen_ai.response.model': 'gpt-5-mini',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
    })
  })

  it('refuses a gated model: nothing leaves, one attempt, a typed error with the next step', async () => {
    await using kit = await guardKit()
    const error = await refusalOf(() => kit.openai.responses.create({ model: codex, input: 'hi' }))
    expect(kit.server.requests).toEqual([])
    expect(error).toBeInstanceOf(PermissionDeniedError)
    expect(error).toBeInstanceOf(PolicyDeniedError)
    expect(error).toMatchObject({
      name: 'PolicyDeniedError',
      status: 403,
      code: 'grant_required',
      param: 'model',
    })
    expect(error.decision.type).toBe('escalate')
    expect(error.escalation).toMatchObject({ task: 'ISSUE-12', request: { model: codex } })
    expect(error.message).toContain(codex)
    expect(kit.audit.records).toMatchObject([
      { kind: 'call.refused', data: { 'model_policy.code': 'grant_required' } },
    ])
  })

  it('spends a grant per call, records before and after, and says when it is used up', async () => {
    await using kit = await guardKit({ grants: [1] })
    const response = await kit.openai.responses.create({ model: 'gpt-codex-5.3', input: 'hi' })
    expect(response.model).toBe(codex)
    expect(kit.server.requests[0]?.json).toMatchObject({ model: codex })
    const error = await refusalOf(() => kit.openai.responses.create({ model: codex, input: 'hi' }))
    expect(error.code).toBe('grant_spent')
    expect(kit.server.requests).toHaveLength(1)
    await kit.guard.close()
    expect(kit.audit.records.map(({ kind }) => kind)).toEqual([
      'call.started',
      'call.finished',
      'call.refused',
    ])
    expect(kit.audit.records[0]?.data).toMatchObject({
      'gen_ai.request.model': 'gpt-codex-5.3',
      'model_policy.model': codex,
      'model_policy.approval.by': 'github:1',
    })
  })

  it('streams a gated model under a grant', async () => {
    await using kit = await guardKit({ grants: [1] })
    const stream = await kit.openai.responses.create({ model: codex, input: 'hi', stream: true })
    const types = (await collect(stream)).map(({ type }) => type)
    expect(types.at(-1)).toBe('response.completed')
    await kit.guard.close()
    expect(kit.audit.records[1]?.data).toMatchObject({
      'model_policy.outcome': 'complete',
      'gen_ai.usage.input_tokens': 10,
    })
  })

  it('lets what runs no model pass without an entry', async () => {
    await using kit = await guardKit()
    await kit.openai.models.list()
    await kit.openai.files.delete('f')
    await kit.openai.responses.cancel('r')
    await kit.openai.vectorStores.create({ name: 'v' })
    await kit.openai.containers.create({ name: 'c' })
    await kit.openai.post('/skills', { body: new Blob(['x']).stream(), headers: { 'content-type': 'x/y' } })
    await kit.openai.post('/organization/projects', { body: { name: 'p' } })
    await kit.guard.close()
    expect(kit.server.requests).toHaveLength(7)
    expect(kit.audit.records).toEqual([])
  })

  it('stays guarded through withOptions, whatever it is given', async () => {
    await using kit = await guardKit()
    const other = kit.openai.withOptions({ fetch: globalThis.fetch, timeout: 5000 })
    await expect(other.responses.create({ model: codex, input: 'hi' })).rejects.toBeInstanceOf(
      PolicyDeniedError,
    )
    expect(kit.server.requests).toEqual([])
  })

  it.each([
    ['another key signed it', 'grant_key_unknown', async () => ({ signedWith: await otherKey() })],
    ['it has expired', 'grant_expired', async () => ({ now: Date.now() - 9 * 3_600_000 })],
    ['it is for another agent', 'grant_agent', async () => ({ claims: { act: { sub: 'agent:other' } } })],
    [
      'it is bound to another key',
      'grant_agent_key',
      async () => ({ claims: { cnf: { jkt: (await otherKey()).kid } } }),
    ],
    ['it is for another model', 'grant_model', async () => ({ model: 'gpt-5.1-codex' })],
  ] as const)('says why the grant at hand does not do: %s', async (_name, code, options) => {
    await using kit = await guardKit()
    const token = await kit.authority.grant(await options())
    const guard = createGuard({ ...kit.authority, audit: kit.audit, grants: [token] })
    const error = await refusalOf(() => guard.wrap(kit.raw).responses.create({ model: codex, input: 'hi' }))
    expect(error.code).toBe(code)
    expect(kit.server.requests).toEqual([])
  })
})

const otherKey = async () => (await import('@policy/core')).generateKeyPair()
