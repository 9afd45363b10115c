import { AzureOpenAI, OpenAI } from 'openai'
import { AzureOpenAI as OldestAzureOpenAI, OpenAI as OldestOpenAI } from 'openai-oldest'
import { OpenAIRealtimeWebSocket as OldestWebSocket } from 'openai-oldest/realtime/websocket'
import { OpenAIRealtimeWS as OldestRealtimeWS } from 'openai-oldest/realtime/ws'
import { ResponsesWS as OldestResponsesWS } from 'openai-oldest/resources/responses/ws'
import { describe, expect, it } from 'vitest'
import { PolicyDeniedError } from '../src/index.ts'
import { collect, guardKit, refusalOf } from './guard-kit.ts'

const codex = { model: 'gpt-5.3-codex', input: 'hi' }

describe('the oldest supported release of openai beside the newest', () => {
  it('works, streams, retries and is refused alike, each with its own error class', async () => {
    let failures = 1
    const respond = () =>
      failures-- > 0 ? Response.json({}, { status: 500, headers: { 'retry-after-ms': '1' } }) : undefined
    await using kit = await guardKit({ grants: [2], server: { respond } })
    const oldest = kit.guard.wrap(new OldestOpenAI({ apiKey: 'sk', baseURL: kit.server.url }))
    expect((await oldest.responses.create({ ...codex, model: 'gpt-codex-5.3' })).output_text).toBe('ok')
    const events = await collect(await oldest.responses.create({ ...codex, stream: true }))
    expect(events.at(-1)?.type).toBe('response.completed')
    const error = await refusalOf(() => oldest.responses.create(codex))
    expect(error.code).toBe('grant_spent')
    expect(error).toBeInstanceOf(OldestOpenAI.PermissionDeniedError)
    const newest = await refusalOf(() => kit.openai.responses.create(codex))
    expect(newest).toBeInstanceOf(OpenAI.PermissionDeniedError)
    expect(newest).toBeInstanceOf(PolicyDeniedError)
    expect(kit.server.requests).toHaveLength(3)
  })

  it('has its WebSockets refused', async () => {
    await using kit = await guardKit()
    const oldest = kit.guard.wrap(new OldestOpenAI({ apiKey: 'sk', baseURL: kit.server.url }))
    const azure = kit.guard.wrap(
      new OldestAzureOpenAI({ apiKey: 'k', apiVersion: 'v', deployment: 'd', endpoint: kit.server.url }),
    )
    const ways = [
      () => new OldestResponsesWS(oldest),
      () => new OldestRealtimeWS({ model: codex.model }, oldest),
      () => new OldestWebSocket({ model: codex.model }, oldest),
      () => OldestRealtimeWS.create(oldest, { model: codex.model }),
      () => OldestRealtimeWS.azure(azure),
      () => OldestWebSocket.azure(azure),
    ]
    for (const way of ways) expect((await refusalOf(async () => way())).code).toBe('transport_refused')
    expect(kit.server.requests).toEqual([])
  })

  it.each(['6.49.0', '7.46.0', '8.0.0', 'next'])('refuses to wrap a client of %s', async (release) => {
    await using kit = await guardKit()
    // The same class under another release number: what the class itself tells is what counts.
    const prototype = OpenAI.prototype as unknown as { getUserAgent: () => string }
    const { getUserAgent } = prototype
    prototype.getUserAgent = () => `OpenAI/JS ${release}`
    try {
      expect(() => kit.guard.wrap(kit.raw)).toThrow(expect.objectContaining({ code: 'client_unsupported' }))
    } finally {
      prototype.getUserAgent = getUserAgent
    }
    const azure = new AzureOpenAI({ apiKey: 'k', apiVersion: 'v', baseURL: kit.server.url })
    expect(kit.guard.wrap(Object.assign(azure, { getUserAgent: () => 'mine' }))).toBeInstanceOf(AzureOpenAI)
  })
})
