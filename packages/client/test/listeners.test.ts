import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { PolicyError } from '@policy/core'
import { ResponsesWS } from 'openai/resources/responses/ws'
import { afterEach, describe, expect, it } from 'vitest'
import type { GuardOptions } from '../src/index.ts'
import { guardKit, refusalOf } from './guard-kit.ts'

const codex = { model: 'gpt-5.3-codex', input: 'hi' }
const names = ['model-policy:decision', 'model-policy:finished', 'model-policy:substituted']

/** Change everything in a value, and make a yes of it. */
function vandalise(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  for (const part of Object.values(value)) vandalise(part)
  for (const key of Object.keys(value)) {
    if (typeof Reflect.get(value, key) === 'string') Reflect.set(value, key, 'forged')
    if (typeof Reflect.get(value, key) === 'number') Reflect.set(value, key, 666)
  }
  Reflect.set(value, 'prompt', 'a key that no entry has')
}

function sayYes(event: unknown): void {
  const { decision } = event as { decision?: { models?: object[] } }
  if (decision) Object.assign(decision, { type: 'allow', audit: 'summary', model: decision.models?.[0] })
}

function change(event: unknown): void {
  vandalise(event)
  sayYes(event)
}

const respond = () =>
  Response.json({
    id: 'r',
    model: 'gpt-5.3-codex',
    output: [],
    usage: { input_tokens: 9, output_tokens: 1 },
  })

/** What is recorded of a refused call and of one that another model answers. */
async function recorded(options: Partial<GuardOptions>) {
  let ids = 0
  const guard = {
    randomId: () => `call-${++ids}`,
    clock: () => 1_700_000_000_000,
    context: { agent: 'agent:a', task: 'ISSUE-12', paths: ['src/a.ts'], reasons: ['complexity' as const] },
    ...options,
  }
  await using kit = await guardKit({ guard, server: { respond } })
  const refusal = await refusalOf(() => kit.openai.responses.create(codex))
  await kit.openai.responses.create({ ...codex, model: 'gpt-5-mini' })
  await kit.guard.close()
  return { code: refusal.code, reached: kit.server.requests.length, records: kit.audit.records }
}

describe('nothing that a listener does to what it is told changes what is decided or recorded', () => {
  afterEach(() => {
    for (const name of names) unsubscribe(name, change)
  })

  it('on the channels', async () => {
    const untouched = await recorded({})
    for (const name of names) subscribe(name, change)
    expect(await recorded({})).toEqual(untouched)
  })

  it('in the options', async () => {
    const untouched = await recorded({})
    expect(await recorded({ onDecision: change, onSubstituted: change })).toEqual(untouched)
  })

  it('and the listeners of the options do not hear what a channel made of it', async () => {
    const told: unknown[] = []
    subscribe('model-policy:decision', change)
    await recorded({ onDecision: ({ decision }) => void told.push(decision.type) })
    expect(told[0]).toBe('escalate')
  })

  it('of a WebSocket', async () => {
    subscribe('model-policy:decision', change)
    await using kit = await guardKit({ guard: { onDecision: change } })
    expect((await refusalOf(async () => new ResponsesWS(kit.openai))).code).toBe('transport_refused')
    await kit.guard.close()
    expect(kit.audit.records).toMatchObject([{ data: { 'model_policy.code': 'transport_refused' } }])
  })
})

describe('an onDecision that throws', () => {
  it.each([
    ['any error', new Error('logger'), 'guard_failed'],
    ['an error with a code', new PolicyError('audit_failed', 'the log is full'), 'audit_failed'],
  ])('refuses calls and WebSockets, and that is recorded: %s', async (_name, error, code) => {
    await using kit = await guardKit({
      guard: {
        onDecision: () => {
          throw error
        },
      },
    })
    expect((await refusalOf(() => kit.openai.responses.create(codex))).code).toBe(code)
    expect((await refusalOf(async () => new ResponsesWS(kit.openai))).code).toBe(code)
    await kit.guard.close()
    expect(kit.server.requests).toEqual([])
    expect(
      kit.audit.records.map(({ data }) => 'model_policy.code' in data && data['model_policy.code']),
    ).toEqual([code, code])
  })
})
