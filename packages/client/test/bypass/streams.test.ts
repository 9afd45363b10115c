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

/** An event of a response in this state, as the API gives it. */
const told = (state: string, background = true) => {
  const response = { id: 'resp_bg', model: 'gpt-5.3-codex', status: state, background, usage: null }
  return encode(`data: ${JSON.stringify({ type: `response.${state}`, response })}\n\n`)
}

/** A kit with one call in the background; what the server is not told to answer says how the run stands. */
const kitInBackground = async (answers: Record<string, (state: string) => Response>) => {
  let now = 'queued'
  const respond = ({ method, path }: { method: string; path: string }) =>
    (answers[`${method} ${path.replace('/v1', '')}`] ?? inBackground)(now)
  const kit = await guardKit({ grants: [1], server: { respond } })
  await kit.openai.responses.create({ model: 'gpt-5.3-codex', input: 'hi', background: true })
  const finished = () => kit.audit.records.filter(({ kind }) => kind === 'call.finished')
  return { kit, finished, goOn: (state: string) => void (now = state) }
}
const ask = (kit: GuardKit, method: string, path: string) =>
  kit.openai
    .request({ method: method as 'get', path })
    .asResponse()
    .then((response) => response.text())

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

  it.each<[string, string, string, () => Response]>([
    ['its items', 'GET', '/input_items', () => Response.json({ object: 'list', data: [] })],
    ['its items that name it', 'GET', '/input_items', () => inBackground('completed')],
    ['its deletion', 'DELETE', '', () => Response.json({ id: 'resp_bg', object: 'response', deleted: true })],
    ['a deletion that tells a state', 'DELETE', '', () => inBackground('completed')],
    ['a read of its cancellation', 'GET', '/cancel', () => inBackground('cancelled')],
    ['an answer about another', 'GET', '', () => Response.json({ id: 'other', status: 'completed' })],
    ['an answer without a state', 'GET', '', () => Response.json({ id: 'resp_bg' })],
    ['an error', 'GET', '', () => Response.json({ error: { message: 'no' } }, { status: 404 })],
  ])('by running in the background: %s is not its end', async (_name, method, path, answer) => {
    const { kit, finished, goOn } = await kitInBackground({ [`${method} /responses/resp_bg${path}`]: answer })
    await using _kit = kit
    await ask(kit, method, `/responses/resp_bg${path}`).catch(() => {})
    expect(finished()).toEqual([])
    goOn('completed')
    // what the server is told to say of the path alone, it does not say with a query
    await ask(kit, 'GET', '/responses/resp_bg?include=x')
    expect(finished()).toMatchObject([{ data: { 'model_policy.outcome': 'complete' } }])
  })

  it.each([
    ['cancelled', 'cancelled'],
    ['failed', 'error'],
    ['incomplete', 'complete'],
  ])('by running in the background: cancelling finds it %s', async (state, outcome) => {
    const { kit, finished, goOn } = await kitInBackground({})
    await using _kit = kit
    goOn(state)
    await kit.openai.responses.cancel('resp_bg')
    expect(finished()).toMatchObject([{ data: { 'model_policy.outcome': outcome } }])
  })

  it.each<[string, (pulls: number) => Uint8Array | undefined]>([
    ['breaking off', () => told('in_progress')],
    ['a cut connection', (pulls) => (pulls === 0 ? told('queued') : undefined)],
  ])('by streaming in the background and %s: a later look joins it', async (_name, give) => {
    let pulls = 0
    const pull = (controller: ReadableStreamDefaultController) => {
      const bytes = give(pulls++)
      return bytes ? controller.enqueue(bytes) : controller.error(new Error('cut'))
    }
    await using kit = await guardKit({
      grants: [1],
      server: {
        respond: ({ method }) =>
          method === 'GET'
            ? inBackground('completed')
            : eventStream(new ReadableStream({ pull }, { highWaterMark: 0 })),
      },
    })
    const stream = await kit.openai.responses.create({ ...codex, background: true })
    const broken = async () => {
      for await (const _event of stream) if (pulls > 2) break
    }
    await broken().catch(() => {})
    expect(kit.audit.records.map(({ kind }) => kind)).toEqual(['call.started'])
    await kit.openai.responses.retrieve('resp_bg')
    expect(kit.audit.records[1]?.data).toMatchObject({
      'model_policy.outcome': 'complete',
      'gen_ai.usage.input_tokens': 7,
    })
  })

  it('by a stream that ends in the middle, without an error', async () => {
    const chunks = [told('queued', false), told('in_progress', false)]
    const respond = () => eventStream(ReadableStream.from(chunks))
    await using kit = await guardKit({ grants: [1], server: { respond } })
    await collect(await kit.openai.responses.create(codex))
    expect(kit.audit.records[1]?.data).toMatchObject({ 'model_policy.outcome': 'possibly-executed' })
  })

  it('by a stream that fails at the provider', async () => {
    const chunks = [told('in_progress', false), told('failed', false)]
    const respond = () => eventStream(ReadableStream.from(chunks))
    await using kit = await guardKit({ grants: [1], server: { respond } })
    await collect(await kit.openai.responses.create(codex))
    expect(kit.audit.records[1]?.data).toMatchObject({ 'model_policy.outcome': 'error' })
  })
})
