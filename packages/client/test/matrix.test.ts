import { OpenAI, toFile } from 'openai'
import { zodTextFormat } from 'openai/helpers/zod'
import { OpenAI as OldestOpenAI } from 'openai-oldest'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { LoopbackServerOptions, UpstreamRequest } from '../src/testing.ts'
import { collect, guardKit } from './guard-kit.ts'

const mini = { model: 'gpt-5-mini', input: 'say something longer than one word' } as const
const chat = { model: 'gpt-5-mini', messages: [{ role: 'user' as const, content: 'hi' }] }

/** What the SDK can do, each as one program; the result is what a caller would see. */
const features: Record<string, (openai: OpenAI) => Promise<unknown>> = {
  'a response': async (openai) => (await openai.responses.create(mini)).output_text,
  'a response with its request id': async (openai) => (await openai.responses.create(mini))._request_id,
  'a response with its HTTP response': async (openai) => {
    const { data, response, request_id } = await openai.responses.create(mini).withResponse()
    return [data.output_text, response.status, response.url, response.headers.get('content-type'), request_id]
  },
  'the HTTP response alone': async (openai) => {
    const response = await openai.responses.create(mini).asResponse()
    return [response.ok, response.redirected, response.bodyUsed, (await response.json()) as unknown]
  },
  'a streamed response': async (openai) => collect(await openai.responses.create({ ...mini, stream: true })),
  'a stream in two branches': async (openai) => {
    const [left, right] = (await openai.responses.create({ ...mini, stream: true })).tee()
    return Promise.all([collect(left), collect(right)])
  },
  'a stream as a ReadableStream': async (openai) => {
    const stream = await openai.chat.completions.create({ ...chat, stream: true })
    return new Response(stream.toReadableStream()).text()
  },
  'the responses stream helper': async (openai) => {
    const stream = openai.responses.stream({ ...mini })
    const events: string[] = []
    stream.on('event', ({ type }) => events.push(type))
    return [(await stream.finalResponse()).output_text, events]
  },
  'a parsed response': async (openai) =>
    (
      await openai.responses.parse({
        ...mini,
        text: { format: zodTextFormat(z.object({ a: z.number() }), 'answer') },
      })
    ).output_parsed,
  'a chat completion': async (openai) => (await openai.chat.completions.create(chat)).choices,
  'a streamed chat': async (openai) =>
    collect(
      await openai.chat.completions.create({
        ...chat,
        stream: true,
        stream_options: { include_usage: true },
      }),
    ),
  'the chat stream helper': async (openai) => {
    const stream = openai.chat.completions.stream(chat)
    const pieces: string[] = []
    stream.on('content', (delta) => pieces.push(delta))
    return [await stream.finalContent(), pieces]
  },
  'tools that run': async (openai) => {
    const runner = openai.chat.completions.runTools({
      ...chat,
      tools: [
        {
          type: 'function',
          function: {
            name: 'add',
            description: '',
            parameters: {},
            parse: JSON.parse,
            function: (value: { a: number }) => `${value.a + 1}`,
          },
        },
      ],
    })
    return [await runner.finalContent(), runner.messages.length]
  },
  embeddings: async (openai) => openai.embeddings.create({ model: 'gpt-5-mini', input: 'hi' }),
  'pages of a list': async (openai) => {
    const ids: string[] = []
    for await (const file of openai.files.list()) ids.push(file.id)
    return ids
  },
  'a file upload': async (openai) =>
    openai.files.create({ file: await toFile(Buffer.from('x'), 'a.txt'), purpose: 'user_data' }),
  'a form': async (openai) =>
    openai.audio.transcriptions.create({
      model: 'gpt-5-mini',
      file: await toFile(Buffer.from('x'), 'a.mp3'),
    }),
  'a binary answer': async (openai) => {
    const response = await openai.audio.speech.create({ model: 'gpt-5-mini', voice: 'alloy', input: 'hi' })
    return Buffer.from(await response.arrayBuffer()).toString('hex')
  },
  'an empty answer': async (openai) => openai.post('/containers', { body: { name: 'empty' } }),
  'own headers, query and timeouts': async (openai) =>
    openai.responses.create(mini, {
      headers: { 'x-mine': '1' },
      query: { a: 'b' },
      timeout: 4000,
      idempotencyKey: 'k',
    }),
  'raw verbs': async (openai) =>
    Promise.all([
      openai.get('/models'),
      openai.post('/responses', { body: mini }),
      openai.put('/responses', { body: mini }),
      openai.patch('/responses', { body: mini }),
      openai.delete('/models/x'),
    ]),
  'a retry': async (openai) =>
    (await openai.responses.create({ ...mini, metadata: { fail: '429' } })).output_text,
  'an error': async (openai) => openai.responses.create({ ...mini, metadata: { fail: '400' } }),
  'an error that stays': async (openai) =>
    openai.responses.create({ ...mini, metadata: { fail: '500' } }, { maxRetries: 1 }),
  'an error in a stream': async (openai) =>
    collect(await openai.responses.create({ ...mini, stream: true, metadata: { fail: 'stream' } })),
  'broken JSON': async (openai) => openai.responses.create({ ...mini, metadata: { fail: 'json' } }),
  'a lost connection': async (openai) =>
    openai.responses.create({ ...mini, metadata: { fail: 'reset' } }, { maxRetries: 0 }),
  'an abort': async (openai) =>
    openai.responses.create(mini, { signal: AbortSignal.abort(new Error('enough')) }),
  'a timeout': async (openai) =>
    openai.responses.create({ ...mini, metadata: { fail: 'never' } }, { timeout: 60, maxRetries: 0 }),
}

function respond(): NonNullable<LoopbackServerOptions['respond']> {
  const tried = new Set<string>()
  const pages = ['a', 'b']
  return (request) => {
    if (request.path.startsWith('/v1/files?') || (request.method === 'GET' && request.path === '/v1/files')) {
      const id = pages.shift() ?? 'end'
      return Response.json({ object: 'list', data: [{ id, object: 'file' }], has_more: id === 'a' })
    }
    if (request.path === '/v1/audio/speech')
      return new Response(new Uint8Array([1, 2, 255]), { headers: { 'content-type': 'audio/mpeg' } })
    if (request.path === '/v1/containers') return new Response(null, { status: 204 })
    if (request.json?.['text'] !== undefined) return answerText(request, '{"a":1}')
    if (request.json?.['tools'] !== undefined && !request.body.includes('"tool"')) return toolCall()
    return failing((request.json?.['metadata'] as { fail?: string } | undefined)?.fail, tried)
  }
}

const status = (code: number) =>
  Response.json(
    { error: { message: `failed with ${code}`, type: 'x', code: 'c', param: 'p' } },
    { status: code, headers: { 'retry-after-ms': '1', 'x-request-id': 'req_1' } },
  )

function failing(how: string | undefined, tried: Set<string>) {
  if (how === undefined) return undefined
  if (how === '429') return tried.has(how) ? undefined : (tried.add(how), status(429))
  if (how === 'reset') return 'reset'
  if (how === 'never') return new Promise<undefined>(() => {})
  if (how === 'json') return new Response('{', { headers: { 'content-type': 'application/json' } })
  if (how === 'stream') {
    return new Response('event: error\ndata: {"error":{"message":"broken","code":"x"}}\n\n', {
      headers: { 'content-type': 'text/event-stream' },
    })
  }
  return status(Number(how))
}

const answerText = (request: UpstreamRequest, text: string) =>
  Response.json({
    id: 'r',
    object: 'response',
    model: request.json?.['model'],
    output: [{ type: 'message', content: [{ type: 'output_text', text }] }],
  })

const toolCall = () =>
  Response.json({
    id: 'c',
    object: 'chat.completion',
    model: 'gpt-5-mini',
    choices: [
      {
        index: 0,
        finish_reason: 'tool_calls',
        message: {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 't', type: 'function', function: { name: 'add', arguments: '{"a":1}' } }],
        },
      },
    ],
  })

/** What a caller sees of a program: its result or its error. */
async function seen(program: () => Promise<unknown>): Promise<unknown> {
  try {
    return { result: await program() }
  } catch (error) {
    const { status, code, param, type, cause, message, name } = error as Record<string, unknown>
    const kind = (error as object).constructor.name
    return {
      error: {
        kind,
        name,
        message,
        status,
        code,
        param,
        type,
        cause: cause instanceof Error ? cause.message : cause,
      },
    }
  }
}

/** What of a request is the same every time. */
const wire = ({ method, path, headers, body }: UpstreamRequest) => {
  const boundary = headers.get('content-type')?.match(/boundary=(.*)$/)?.[1]
  const plain = (text: string) => (boundary === undefined ? text : text.replaceAll(boundary, 'BOUNDARY'))
  return {
    method,
    path,
    headers: [...headers].map(([name, value]) => [name, plain(value)]).filter(([name]) => name !== 'host'),
    body: plain(body),
  }
}

const same = (value: unknown, port: string): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'string' ? inner.replaceAll(port, 'PORT') : inner,
    ).replaceAll(/(resp|msg|chatcmpl|obj|req)_\d+/g, '$1_N'),
  )

const releases = [
  ['the newest release', OpenAI],
  ['the oldest supported release', OldestOpenAI as unknown as typeof OpenAI],
] as const

describe.each(releases)(
  'every feature of the SDK is the same with the guard and without: %s',
  (_name, Release) => {
    it.each(Object.entries(features))('%s', async (_feature, feature) => {
      const outcomes = []
      for (const guarded of [false, true]) {
        await using kit = await guardKit({ server: { respond: respond() } })
        const raw = new Release({ apiKey: 'sk-test', baseURL: kit.server.url })
        const outcome = await seen(() => feature(guarded ? kit.guard.wrap(raw) : raw))
        outcomes.push(same({ outcome, wire: kit.server.requests.map(wire) }, new URL(kit.server.url).port))
      }
      expect(outcomes[1]).toEqual(outcomes[0])
    })
  },
)
