import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { guardKit } from './guard-kit.ts'

const codex = { model: 'gpt-5.3-codex', input: 'hi' }

/** A call under a grant for one, which fails twice; after the first failure its caller changes what it gave. */
async function callChanged(change: (given: Given) => void) {
  const given: Given = { headers: {}, query: { version: '1' }, client: { baseURL: '' } }
  let failures = 2
  const respond = () => {
    if (failures === 0) return undefined
    if (failures === 2) change(given)
    failures -= 1
    return Response.json({}, { status: 500, headers: { 'retry-after-ms': '1' } })
  }
  await using kit = await guardKit({ grants: [1], server: { respond } })
  given.client = kit.openai
  const { headers, query } = given
  const result = await kit.openai.responses.create(codex, { headers, query, maxRetries: 2 }).then(
    () => 'answered',
    (error: { code?: string }) => error.code,
  )
  await kit.guard.close()
  const kinds = kit.audit.records.map(({ kind }) => kind)
  return { result, reached: kit.server.requests.length, kinds }
}

interface Given {
  headers: Record<string, string>
  query: Record<string, unknown>
  client: { baseURL: string }
}

describe('an attempt after a failure', () => {
  it.each<[string, (given: Given) => void]>([
    ['nothing', () => {}],
    ['a header that says nothing of what is asked', ({ headers }) => (headers['x-signature'] = 'b')],
  ])('belongs to its call though %s has changed', async (_what, change) => {
    expect(await callChanged(change)).toEqual({
      result: 'answered',
      reached: 3,
      kinds: ['call.started', 'call.finished'],
    })
  })

  it.each<[string, (given: Given) => void]>([
    ['a header that names a model', ({ headers }) => (headers['x-model'] = 'gpt-5-mini')],
    ['the query', ({ query }) => (query.version = '2')],
    ['the base', ({ client }) => (client.baseURL = client.baseURL.replace('/v1', '/openai/v1'))],
  ])('is a call of its own, which is spent, once %s has changed', async (_what, change) => {
    expect(await callChanged(change)).toEqual({
      result: 'grant_spent',
      reached: 1,
      kinds: ['call.started', 'call.refused', 'call.finished'],
    })
  })

  it('that leaves at the same time as the first is a call of its own', async () => {
    await using kit = await guardKit({ grants: [1] })
    const twins: Promise<Response>[] = []
    class Twice extends OpenAI {
      override async prepareRequest(request: RequestInit, { url }: { url: string }) {
        setImmediate(() => twins.push(send(url, request), send(url, request)))
      }
    }
    const openai = kit.guard.wrap(new Twice({ apiKey: 'k', baseURL: kit.server.url }))
    const send = Reflect.get(openai, 'fetch') as typeof fetch
    await openai.responses.create(codex).catch(() => undefined)
    await expect.poll(() => twins.length).toBe(2)
    await Promise.all(twins)
    expect(kit.server.requests).toHaveLength(1)
  })
})
