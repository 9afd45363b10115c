import { describe, expect, it } from 'vitest'
import { collect, guardKit, type GuardKit } from '../guard-kit.ts'

const codex = { model: 'gpt-5.3-codex', input: 'hi', stream: true } as const
const entry = async (kit: GuardKit) => {
  await kit.guard.close()
  return kit.audit.records.find(({ kind }) => kind === 'call.finished')?.data
}
const encode = (text: string) => new TextEncoder().encode(text)
const event = (type: string) =>
  encode(`event: ${type}\ndata: {"type":"${type}","response":{"id":"r","model":"gpt-5.3-codex"}}\n\n`)
const eventStream = (body: ReadableStream) =>
  new Response(body, { headers: { 'content-type': 'text/event-stream' } })

const inBackground = (state: string) =>
  Response.json({
    id: 'resp_bg',
    object: 'response',
    status: state,
    model: 'gpt-5.3-codex',
    output: [],
    usage: state === 'completed' ? { input_tokens: 7, output_tokens: 3, total_tokens: 10 } : null,
  })

describe('22 ends a stream early, so that its use goes unseen', () => {
  it('by breaking off', async () => {
    await using kit = await guardKit({
      grants: [1],
      server: {
        respond: () =>
          eventStream(
            new ReadableStream({ pull: (controller) => controller.enqueue(event('response.created')) }),
          ),
      },
    })
    for await (const _event of await kit.openai.responses.create(codex)) break
    expect(await entry(kit)).toMatchObject({
      'model_policy.outcome': 'cancelled',
      'model_policy.usage_absent': 'cancelled',
      'gen_ai.response.model': 'gpt-5.3-codex',
    })
  })

  it('by an abort signal', async () => {
    await using kit = await guardKit({
      grants: [1],
      server: {
        respond: () =>
          eventStream(
            new ReadableStream({ start: (controller) => controller.enqueue(event('response.created')) }),
          ),
      },
    })
    const abort = new AbortController()
    const stream = await kit.openai.responses.create(codex, { signal: abort.signal })
    for await (const _event of stream) abort.abort()
    expect(await entry(kit)).toMatchObject({ 'model_policy.outcome': 'cancelled' })
  })

  it('by an abort before the answer', async () => {
    const abort = new AbortController()
    await using kit = await guardKit({
      grants: [1],
      server: {
        respond: () => {
          abort.abort()
          return new Promise<undefined>(() => {})
        },
      },
    })
    await expect(kit.openai.responses.create(codex, { signal: abort.signal })).rejects.toThrow('aborted')
    expect(await entry(kit)).toMatchObject({
      'model_policy.outcome': 'cancelled',
      'model_policy.attempts': 1,
    })
  })

  it('by cutting the connection', async () => {
    await using kit = await guardKit({
      grants: [1],
      server: {
        respond: () => {
          let sent = false
          const pull = (controller: ReadableStreamDefaultController) => {
            if (sent) return controller.error(new Error('cut'))
            sent = true
            controller.enqueue(event('response.created'))
          }
          return eventStream(new ReadableStream({ pull }, { highWaterMark: 0 }))
        },
      },
    })
    await expect(kit.openai.responses.create(codex).then(collect)).rejects.toThrow()
    expect(await entry(kit)).toMatchObject({
      'model_policy.outcome': 'possibly-executed',
      'gen_ai.response.id': 'r',
    })
  })

  it('by never reading it: closing the guard tells', async () => {
    await using kit = await guardKit({ grants: [1] })
    await kit.openai.responses.create(codex).asResponse()
    expect(await entry(kit)).toMatchObject({ 'model_policy.outcome': 'possibly-executed' })
  })

  it('by not asking for usage: said so, and nothing is injected', async () => {
    await using kit = await guardKit({ grants: [1] })
    const body = {
      model: 'gpt-5.3-codex',
      messages: [{ role: 'user' as const, content: 'hi' }],
      stream: true as const,
    }
    await collect(await kit.openai.chat.completions.create(body))
    expect(kit.server.requests[0]?.json).toEqual(body)
    expect(await entry(kit)).toMatchObject({
      'model_policy.outcome': 'complete',
      'model_policy.usage_absent': 'not-requested',
    })
  })

  it('by running in the background: the poll that sees the end finishes the entry', async () => {
    const states = ['queued', 'in_progress', 'completed']
    await using kit = await guardKit({
      grants: [1],
      server: { respond: () => inBackground(states.shift() ?? 'completed') },
    })
    const { id } = await kit.openai.responses.create({
      model: 'gpt-5.3-codex',
      input: 'hi',
      background: true,
    })
    await kit.openai.responses.retrieve(id)
    await kit.guard.run({}, () => kit.openai.responses.retrieve(id))
    await kit.openai.responses.retrieve(id)
    expect(await entry(kit)).toMatchObject({
      'model_policy.outcome': 'complete',
      'gen_ai.usage.input_tokens': 7,
    })
    expect(kit.audit.records.map(({ kind }) => kind)).toEqual(['call.started', 'call.finished'])
  })
})
