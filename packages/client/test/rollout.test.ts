import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { defaultPolicy, definePolicy } from '@policy/core'
import { ResponsesWS } from 'openai/resources/responses/ws'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { GuardOptions } from '../src/index.ts'
import { guardKit, refusalOf, type GuardKitOptions } from './guard-kit.ts'

const codex = { model: 'gpt-5.3-codex', input: 'hi' }
const observing = await definePolicy({ ...defaultPolicy, enforcement: 'observe' })
const quietly = () => vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
const observed = (options: Partial<GuardOptions> = {}, rest: GuardKitOptions = {}) =>
  guardKit({ ...rest, guard: { policy: observing, ...options } })

describe('a policy that only observes', () => {
  it('says so at start', async () => {
    const warned = quietly()
    await using _kit = await observed()
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('only observes'), {
      code: 'MODEL_POLICY_OBSERVES',
    })
  })

  it('decides and records, and says so in every entry, and refuses nothing', async () => {
    quietly()
    const decisions: unknown[] = []
    await using kit = await observed({
      onDecision: ({ decision, observed: only }) => void decisions.push([decision.type, only]),
    })
    await kit.openai.responses.create(codex)
    await kit.openai.responses.create({ ...codex, model: 'gpt-codex-5.3' })
    await kit.openai.post('/responses', {
      body: '{"model":"a","model":"b"}',
      headers: { 'content-type': 'application/json' },
    })
    await kit.openai.post('/agents/automations/a/resume')
    await kit.guard.close()
    expect(kit.server.requests).toHaveLength(4)
    expect(decisions).toEqual([
      ['escalate', true],
      ['escalate', true],
      ['deny', true],
      ['deny', true],
    ])
    const kinds = kit.audit.records.map(({ kind }) => kind).toSorted()
    expect(kinds).toEqual([...Array(4).fill('call.finished'), ...Array(4).fill('call.refused')])
    for (const { data } of kit.audit.records)
      expect(data).toMatchObject({ 'model_policy.enforcement': 'observe' })
  })

  it('lets a call pass even when the guard itself fails, and a WebSocket open', async () => {
    quietly()
    await using kit = await observed({
      onDecision: () => {
        throw new Error('logger')
      },
    })
    await kit.openai.responses.create(codex)
    expect(kit.server.requests).toHaveLength(1)
    expect(kit.audit.records).toMatchObject([{ data: { 'model_policy.code': 'guard_failed' } }])

    await using other = await observed()
    const socket = new ResponsesWS(other.openai)
    await new Promise((resolve) => socket.on('error', resolve))
    socket.close()
    expect(other.server.requests).toHaveLength(1)
    await other.guard.close()
    expect(other.audit.records).toMatchObject([{ data: { 'model_policy.code': 'transport_refused' } }])
  })

  it('refuses all the same once the guard is closed', async () => {
    quietly()
    await using kit = await observed()
    await kit.guard.close()
    expect((await refusalOf(() => kit.openai.responses.create(codex))).code).toBe('guard_closed')
    expect(kit.server.requests).toEqual([])
  })

  it('can be tightened by code, and an enforcing one cannot be loosened', async () => {
    const warned = quietly()
    await using kit = await observed({ enforcement: 'enforce' })
    await refusalOf(() => kit.openai.responses.create(codex))
    await using strict = await guardKit({ guard: { enforcement: 'observe' as never } })
    await refusalOf(() => strict.openai.responses.create(codex))
    expect(warned).not.toHaveBeenCalled()
    expect([...kit.server.requests, ...strict.server.requests]).toEqual([])
  })
})

describe('what others hear of calls', () => {
  const heard: [string, unknown][] = []
  const names = ['model-policy:decision', 'model-policy:finished', 'model-policy:substituted']
  const listen = (message: unknown, name: string | symbol): void => void heard.push([String(name), message])
  afterEach(() => {
    for (const name of names) unsubscribe(name, listen)
    heard.length = 0
  })

  it('a served model of another class is an entry and an event of its own', async () => {
    const substituted: unknown[] = []
    for (const name of names) subscribe(name, listen)
    await using kit = await guardKit({
      grants: [1],
      guard: { onSubstituted: (event) => void substituted.push(event) },
      server: {
        respond: () =>
          Response.json({
            id: 'r',
            object: 'response',
            model: 'gpt-5-mini',
            output: [],
            usage: { input_tokens: 1, output_tokens: 1 },
          }),
      },
    })
    await kit.openai.responses.create(codex)
    await kit.guard.close()
    expect(kit.audit.records.map(({ kind }) => kind)).toEqual([
      'call.started',
      'call.finished',
      'call.substituted',
    ])
    expect(kit.audit.records[2]?.data).toMatchObject({
      'model_policy.model_class': 'codex',
      'gen_ai.response.model': 'gpt-5-mini',
      'model_policy.response_model_class': 'standard',
    })
    expect(substituted).toMatchObject([
      { data: { 'gen_ai.response.model': 'gpt-5-mini' }, context: { task: 'ISSUE-12' } },
    ])
    expect(heard.map(([name]) => name)).toEqual(names)
  })

  it('an upgrade is told as well as a downgrade, a dated snapshot is neither', async () => {
    const served = ['gpt-5-mini-2025-08-07', 'gpt-5.3-codex', 'unheard-of']
    await using kit = await guardKit({
      server: { respond: () => Response.json({ id: 'r', model: served.shift(), output: [] }) },
    })
    for (let call = 0; call < 3; call += 1)
      await kit.openai.responses.create({ model: 'gpt-5-mini', input: 'hi' })
    await kit.guard.close()
    const told = kit.audit.records.filter(({ kind }) => kind === 'call.substituted').map(({ data }) => data)
    expect(told).toMatchObject([
      { 'gen_ai.response.model': 'gpt-5.3-codex' },
      { 'gen_ai.response.model': 'unheard-of' },
    ])
  })
})
