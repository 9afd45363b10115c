import Anthropic, { PermissionDeniedError as AnthropicPermissionDeniedError } from '@anthropic-ai/sdk'
import { createOpenAI } from '@ai-sdk/openai'
import {
  Agent,
  OpenAIChatCompletionsModel,
  OpenAIProvider,
  OpenAIResponsesModel,
  Runner,
  setDefaultOpenAIClient,
  setTracingDisabled,
} from '@openai/agents'
import { generateText, streamText } from 'ai'
import { defaultPolicy, definePolicy } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { PolicyDeniedError } from '../src/index.ts'
import { collect, guardKit, type GuardKit } from './guard-kit.ts'

const codex = 'gpt-5.3-codex'
const mini = 'gpt-5-mini'
const thrownBy = async (call: () => PromiseLike<unknown>): Promise<unknown> => {
  try {
    await call()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

const provider = (kit: GuardKit) =>
  createOpenAI({ apiKey: 'sk', baseURL: kit.server.url, fetch: kit.guard.wrapFetch(globalThis.fetch) })

describe('ai with @ai-sdk/openai, by wrapFetch', () => {
  it('generates and streams with an open model', async () => {
    await using kit = await guardKit()
    const model = provider(kit)(mini)
    expect((await generateText({ model, prompt: 'hi' })).text).toBe('ok')
    expect((await collect(streamText({ model, prompt: 'hi' }).textStream)).join('')).toBe('ok')
    expect((await generateText({ model: provider(kit).chat(mini), prompt: 'hi' })).text).toBe('ok')
    await kit.guard.close()
    expect(kit.audit.records).toMatchObject([
      { data: { 'gen_ai.usage.input_tokens': 10 } },
      { data: { 'gen_ai.usage.input_tokens': 10 } },
      { data: { 'gen_ai.usage.input_tokens': 10 } },
    ])
  })

  it('is refused after one attempt, and from() reads the refusal', async () => {
    await using kit = await guardKit()
    const error = await thrownBy(() => generateText({ model: provider(kit)(codex), prompt: 'hi' }))
    const denied = PolicyDeniedError.from(error)
    expect(denied?.code).toBe('grant_required')
    expect(denied?.escalation).toMatchObject({ request: { model: codex } })
    expect(kit.server.requests).toEqual([])
    expect(kit.audit.records).toHaveLength(1)
  })

  it('runs a gated model under the context of run and of headers', async () => {
    await using kit = await guardKit({ grants: [1], guard: { context: {} } })
    const { repo: _repo, ...context } = kit.authority.context
    const call = () =>
      generateText({ model: provider(kit)(codex), prompt: 'hi', headers: { 'x-policy-task': 'ISSUE-12' } })
    expect(PolicyDeniedError.from(await thrownBy(call))?.code).toBe('grant_issuer')
    expect(kit.server.requests).toEqual([])

    await using known = await guardKit({ grants: [1] })
    const { text } = await known.guard.run({ ...context, task: 'ISSUE-99' }, () =>
      generateText({ model: provider(known)(codex), prompt: 'hi', headers: { 'x-policy-task': 'ISSUE-12' } }),
    )
    expect(text).toBe('ok')
    expect(known.server.requests[0]?.headers.has('x-policy-task')).toBe(false)
  })
})

describe('@openai/agents', () => {
  setTracingDisabled(true)
  const ways: [string, (kit: GuardKit, model: string) => Promise<unknown>][] = [
    [
      'a provider with the guarded client',
      (kit, model) =>
        new Runner({ modelProvider: new OpenAIProvider({ openAIClient: kit.openai }) }).run(
          new Agent({ name: 'a', model }),
          'hi',
        ),
    ],
    [
      'a responses model',
      (kit, model) =>
        new Runner().run(new Agent({ name: 'a', model: new OpenAIResponsesModel(kit.openai, model) }), 'hi'),
    ],
    [
      'a chat model',
      (kit, model) =>
        new Runner().run(
          new Agent({ name: 'a', model: new OpenAIChatCompletionsModel(kit.openai, model) }),
          'hi',
        ),
    ],
    [
      'the default client',
      (kit, model) => {
        setDefaultOpenAIClient(kit.openai)
        return new Runner({ modelProvider: new OpenAIProvider() }).run(new Agent({ name: 'a', model }), 'hi')
      },
    ],
    [
      'a streamed run',
      async (kit, model) => {
        const runner = new Runner({ modelProvider: new OpenAIProvider({ openAIClient: kit.openai }) })
        const run = await runner.run(new Agent({ name: 'a', model }), 'hi', { stream: true })
        await collect(run)
        return run
      },
    ],
  ]

  it.each(ways)('%s: answered, refused, granted', async (_name, way) => {
    await using kit = await guardKit()
    expect(await way(kit, mini)).toMatchObject({ finalOutput: 'ok' })
    expect(kit.server.requests).toHaveLength(1)
    const error = await thrownBy(() => way(kit, codex))
    expect(PolicyDeniedError.from(error)?.code).toBe('grant_required')
    expect(kit.server.requests).toHaveLength(1)

    await using granted = await guardKit({ grants: [1] })
    expect(await way(granted, 'gpt-codex-5.3')).toMatchObject({ finalOutput: 'ok' })
    expect(granted.server.requests[0]?.json).toMatchObject({ model: codex })
    expect(PolicyDeniedError.from(await thrownBy(() => way(granted, codex)))?.code).toBe('grant_spent')
  })

  it('each turn of a run is a call of its own', async () => {
    await using kit = await guardKit({
      grants: [2],
      server: {
        respond: ({ json }) =>
          JSON.stringify(json?.['input']).includes('function_call_output')
            ? undefined
            : Response.json({
                id: 'r',
                object: 'response',
                model: codex,
                status: 'completed',
                output: [
                  {
                    type: 'function_call',
                    id: 'f',
                    call_id: 'c',
                    name: 'add',
                    arguments: '{}',
                    status: 'completed',
                  },
                ],
                usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
              }),
      },
    })
    const { tool } = await import('@openai/agents')
    const { z } = await import('zod')
    const add = tool({ name: 'add', description: '', parameters: z.object({}), execute: async () => '3' })
    const agent = new Agent({ name: 'a', model: new OpenAIResponsesModel(kit.openai, codex), tools: [add] })
    expect(await new Runner().run(agent, 'hi')).toMatchObject({ finalOutput: 'ok' })
    expect(kit.server.requests).toHaveLength(2)
    expect(kit.audit.records.filter(({ kind }) => kind === 'call.started')).toHaveLength(2)
  })
})

const messages = [{ role: 'user' as const, content: 'hi' }]
const answer = (model: unknown) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model,
  content: [{ type: 'text', text: 'ok' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 4, output_tokens: 2 },
})
const events = (model: unknown) =>
  [
    {
      type: 'message_start',
      message: { ...answer(model), content: [], usage: { input_tokens: 4, output_tokens: 1 } },
    },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'ok' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  ]
    .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('')

const claude = async () => {
  const { models } = defaultPolicy
  const policy = await definePolicy({
    ...defaultPolicy,
    models: {
      ...models,
      classes: {
        ...models.classes,
        small: { access: 'open', audit: 'full', models: ['claude-small'] },
        large: { access: 'grant', audit: 'full', models: ['claude-large*'] },
      },
    },
  })
  const kit = await guardKit({
    guard: { policy },
    server: {
      respond: ({ json }) =>
        json?.['stream'] === true
          ? new Response(events(json['model']), { headers: { 'content-type': 'text/event-stream' } })
          : Response.json(answer(json?.['model'])),
    },
  })
  const anthropic = new Anthropic({
    apiKey: 'k',
    baseURL: new URL(kit.server.url).origin,
    fetch: kit.guard.wrapFetch(globalThis.fetch),
  })
  return { kit, anthropic }
}

describe('@anthropic-ai/sdk, by wrapFetch', () => {
  it('answers and streams with an open model, its use recorded', async () => {
    const { kit, anthropic } = await claude()
    await using _kit = kit
    const message = await anthropic.messages.create({ model: 'claude-small', max_tokens: 9, messages })
    expect(message.content).toMatchObject([{ text: 'ok' }])
    const stream = anthropic.messages.stream({ model: 'claude-small', max_tokens: 9, messages })
    expect(await stream.finalText()).toBe('ok')
    await kit.guard.close()
    const ends = kit.audit.records.filter(({ kind }) => kind === 'call.finished').map(({ data }) => data)
    expect(ends).toMatchObject([
      { 'model_policy.outcome': 'complete', 'gen_ai.usage.input_tokens': 4, 'gen_ai.usage.output_tokens': 2 },
      { 'model_policy.outcome': 'complete', 'gen_ai.usage.input_tokens': 4, 'gen_ai.usage.output_tokens': 2 },
    ])
  })

  it('is refused after one attempt as its own permission error, and from() reads the refusal', async () => {
    const { kit, anthropic } = await claude()
    await using _kit = kit
    const error = await thrownBy(() =>
      anthropic.messages.create({ model: 'claude-large-2', max_tokens: 9, messages }),
    )
    expect(error).toBeInstanceOf(AnthropicPermissionDeniedError)
    expect(PolicyDeniedError.from(error)?.code).toBe('grant_required')
    const batch = {
      requests: [{ custom_id: '1', params: { model: 'claude-large-2', max_tokens: 9, messages } }],
    }
    expect(PolicyDeniedError.from(await thrownBy(() => anthropic.messages.batches.create(batch)))?.code).toBe(
      'grant_required',
    )
    expect(kit.server.requests).toEqual([])
  })
})

/** What a guard answers with, as it stands on the wire. */
async function answerOfAGuard(): Promise<string> {
  await using gateway = await guardKit()
  const body = JSON.stringify({ model: codex, input: 'hi' })
  const headers = { 'content-type': 'application/json' }
  const fetch = gateway.guard.wrapFetch(globalThis.fetch)
  return (await fetch(`${gateway.server.url}/responses`, { method: 'POST', headers, body })).text()
}

describe('a refusal by a guard in another process, which answers for the upstream', () => {
  it.each<[string, (kit: GuardKit) => PromiseLike<unknown>]>([
    ['openai', (kit) => kit.raw.responses.create({ model: codex, input: 'hi' })],
    ['openai, guarded', (kit) => kit.openai.responses.create({ model: mini, input: 'hi' })],
    [
      '@anthropic-ai/sdk',
      (kit) =>
        new Anthropic({ apiKey: 'k', baseURL: kit.server.url }).messages.create({
          model: codex,
          max_tokens: 1,
          messages: [],
        }),
    ],
    [
      'ai',
      (kit) =>
        generateText({
          model: createOpenAI({ apiKey: 'sk', baseURL: kit.server.url })(codex),
          prompt: 'hi',
        }),
    ],
  ])('%s: read where that server is trusted, and only there', async (_name, call) => {
    const answer = await answerOfAGuard()
    const respond = () =>
      new Response(answer, { status: 403, headers: { 'content-type': 'application/json' } })
    await using kit = await guardKit({ server: { respond } })
    const error = await thrownBy(() => call(kit))
    expect(PolicyDeniedError.is(error)).toBe(false)
    expect(PolicyDeniedError.from(error)).toBeUndefined()
    const denied = PolicyDeniedError.from(error, { upstream: true })
    expect(denied).toMatchObject({ code: 'grant_required', origin: 'upstream', cause: error })
    expect(denied?.message).toContain(`${codex} is refused`)
    expect(denied?.escalation).toBeUndefined()
    expect(PolicyDeniedError.from({ errors: [{ cause: error }] }, { upstream: true })?.code).toBe(
      'grant_required',
    )
  })

  it.each<[string, object]>([
    ['another status', { status: 400 }],
    ['another type', { error: { type: 'invalid_request_error' } }],
    ['a code that is none of ours', { error: { code: 'policy_denied' } }],
    ['a code by inheritance', { error: { code: 'constructor' } }],
    ['no message', { error: { message: undefined } }],
    ['text that is no JSON', { error: undefined, responseBody: '{' }],
  ])('reads nothing from %s', (_name, change: { status?: number; error?: object; responseBody?: string }) => {
    const error = { type: 'policy_denied', code: 'grant_required', message: 'no' }
    const told = { status: 403, error }
    expect(PolicyDeniedError.from(told, { upstream: true })?.code).toBe('grant_required')
    const other = { ...told, ...change, ...(change.error && { error: { ...error, ...change.error } }) }
    expect(PolicyDeniedError.from(other, { upstream: true })).toBeUndefined()
  })
})
