import { Agent, OpenAIProvider, Runner } from '@openai/agents'
import OpenAI, { AzureOpenAI } from 'openai'
import { OpenAIRealtimeWebSocket as BetaRealtimeWebSocket } from 'openai/beta/realtime/websocket'
import { OpenAIRealtimeWS as BetaRealtimeWS } from 'openai/beta/realtime/ws'
import { OpenAIRealtimeTranslationWS } from 'openai/realtime/translations/ws'
import { OpenAIRealtimeWebSocket } from 'openai/realtime/websocket'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { ResponsesWS as BetaResponsesWS } from 'openai/resources/beta/responses/ws'
import { ForksWS } from 'openai/resources/live/forks/ws'
import { SidebandWS } from 'openai/resources/live/sideband/ws'
import { LiveWS } from 'openai/resources/live/ws'
import { ResponsesWS } from 'openai/resources/responses/ws'
import { describe, expect, it } from 'vitest'
import { PolicyDeniedError } from '../../src/index.ts'
import { guardKit, refusalOf, type GuardKit } from '../guard-kit.ts'

const model = 'gpt-5.3-codex'
const azureOptions = { apiKey: 'azure-key', apiVersion: '2026-01-01', deployment: 'codex', maxRetries: 0 }
const azure = (kit: GuardKit) =>
  kit.guard.wrap(new AzureOpenAI({ ...azureOptions, endpoint: kit.server.url }))
const dynamic = (kit: GuardKit) =>
  kit.guard.wrap(new OpenAI({ baseURL: kit.server.url, apiKey: async () => 'sk' }))

const entryPoints: [string, (kit: GuardKit) => unknown][] = [
  ['ResponsesWS', (kit) => new ResponsesWS(kit.openai)],
  ['ResponsesWS beta', (kit) => new BetaResponsesWS(kit.openai)],
  ['LiveWS', (kit) => new LiveWS(kit.openai)],
  ['SidebandWS', (kit) => new SidebandWS(kit.openai, { session_id: 's' })],
  ['ForksWS', (kit) => new ForksWS(kit.openai, { session_id: 's' })],
  ['OpenAIRealtimeWS', (kit) => new OpenAIRealtimeWS({ model }, kit.openai)],
  ['OpenAIRealtimeWS.create', (kit) => OpenAIRealtimeWS.create(kit.openai, { model })],
  ['OpenAIRealtimeWS.create with a key function', (kit) => OpenAIRealtimeWS.create(dynamic(kit), { model })],
  ['OpenAIRealtimeWS.azure', (kit) => OpenAIRealtimeWS.azure(azure(kit))],
  ['OpenAIRealtimeWebSocket', (kit) => new OpenAIRealtimeWebSocket({ model }, kit.openai)],
  ['OpenAIRealtimeWebSocket.create', (kit) => OpenAIRealtimeWebSocket.create(kit.openai, { model })],
  ['OpenAIRealtimeWebSocket.azure', (kit) => OpenAIRealtimeWebSocket.azure(azure(kit))],
  ['OpenAIRealtimeWS beta', (kit) => new BetaRealtimeWS({ model }, kit.openai)],
  ['OpenAIRealtimeWS.create beta', (kit) => BetaRealtimeWS.create(kit.openai, { model })],
  ['OpenAIRealtimeWS.azure beta', (kit) => BetaRealtimeWS.azure(azure(kit))],
  ['OpenAIRealtimeWebSocket beta', (kit) => new BetaRealtimeWebSocket({ model }, kit.openai)],
  ['OpenAIRealtimeWebSocket.azure beta', (kit) => BetaRealtimeWebSocket.azure(azure(kit))],
  [
    'OpenAIRealtimeTranslationWS.create',
    // This one insists on HTTPS before it asks for credentials.
    (kit) =>
      OpenAIRealtimeTranslationWS.create(kit.openai.withOptions({ baseURL: 'https://127.0.0.1:9/v1' }), {
        model: 'gpt-realtime-translate',
      } as never),
  ],
  [
    'the WebSocket transport of @openai/agents',
    (kit) => {
      const modelProvider = new OpenAIProvider({ openAIClient: kit.openai, useResponsesWebSocket: true })
      const runner = new Runner({ modelProvider, tracingDisabled: true })
      return runner.run(new Agent({ name: 'agent', model }), 'hi')
    },
  ],
]

describe('1 opens a WebSocket with the guarded client', () => {
  it.each(entryPoints)('%s', async (_name, open) => {
    await using kit = await guardKit()
    const error = await refusalOf(async () => open(kit))
    expect(error.code).toBe('transport_refused')
    expect(error.message).toContain('Use the HTTP methods')
    expect(kit.server.requests).toEqual([])
  })

  it.each(entryPoints)('%s, while the SDK builds a request of its own', async (_name, open) => {
    await using kit = await guardKit()
    let opened: Promise<unknown> | undefined
    const metadata = {
      toJSON() {
        opened ??= refusalOf(async () => open(kit))
        return {}
      },
    }
    await kit.openai.responses.create({ model: 'gpt-5-mini', input: 'hi', metadata } as never)
    expect(await opened).toMatchObject({ code: 'transport_refused' })
    expect(kit.server.requests).toHaveLength(1)
  })

  it('reaches the server with a raw client, so a way round would be seen here', async () => {
    await using kit = await guardKit()
    const socket = new ResponsesWS(kit.raw)
    await new Promise((resolve) => socket.on('error', resolve))
    expect(kit.server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/responses'])
    socket.close()
  })

  it('records the refusal', async () => {
    await using kit = await guardKit()
    expect(() => new ResponsesWS(kit.openai)).toThrow(PolicyDeniedError as never)
    await kit.guard.close()
    expect(kit.audit.records).toMatchObject([
      { kind: 'call.refused', data: { 'model_policy.code': 'transport_refused' } },
    ])
  })
})
