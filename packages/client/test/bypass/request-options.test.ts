import { describe, expect, it } from 'vitest'
import { guardKit, refusalOf } from '../guard-kit.ts'

const codex = JSON.stringify({ model: 'gpt-5.3-codex', input: 'hi' })
const harmless = { model: 'gpt-5-mini', input: 'hi' }

describe('6 replaces the request through fetchOptions', () => {
  it('a body: what leaves is what is decided', async () => {
    await using kit = await guardKit()
    await refusalOf(() => kit.openai.responses.create(harmless, { fetchOptions: { body: codex } as never }))
    expect(kit.server.requests).toEqual([])
  })

  it('a method and a body on a read', async () => {
    await using kit = await guardKit()
    const fetchOptions = { method: 'POST', body: codex } as never
    await refusalOf(() => kit.openai.get('/responses', { fetchOptions }))
    expect(kit.server.requests).toEqual([])
  })

  it('headers: the body is no longer said to be JSON', async () => {
    await using kit = await guardKit()
    const fetchOptions = { headers: { 'content-type': 'application/x-www-form-urlencoded' } } as never
    const error = await refusalOf(() => kit.openai.responses.create(harmless, { fetchOptions }))
    expect(error.code).toBe('body_unreadable')
    expect(kit.server.requests).toEqual([])
  })
})

describe('7 brings an undici dispatcher that rewrites the request below fetch', () => {
  const dispatcher = { dispatch: () => true } as never

  it('for one request', async () => {
    await using kit = await guardKit()
    const error = await refusalOf(() =>
      kit.openai.responses.create(harmless, { fetchOptions: { dispatcher } }),
    )
    expect(error.code).toBe('transport_refused')
  })

  it('through withOptions, or by changing the client', async () => {
    await using kit = await guardKit()
    const other = kit.openai.withOptions({ fetchOptions: { dispatcher } })
    expect((await refusalOf(() => other.responses.create(harmless))).code).toBe('transport_refused')
    kit.openai.fetchOptions = { dispatcher }
    expect((await refusalOf(() => kit.openai.responses.create(harmless))).code).toBe('transport_refused')
  })

  it('on a plain read, which could become anything', async () => {
    await using kit = await guardKit()
    expect((await refusalOf(() => kit.openai.models.list({ fetchOptions: { dispatcher } }))).code).toBe(
      'transport_refused',
    )
  })

  it('keeps the dispatcher that the client had when it was wrapped', async () => {
    let seen: unknown
    await using kit = await guardKit({
      client: {
        fetchOptions: { dispatcher },
        fetch: async (_url, init) => {
          seen = (init as { dispatcher?: unknown }).dispatcher
          return Response.json({})
        },
      },
    })
    await kit.openai.responses.create(harmless)
    expect(seen).toBe(dispatcher)
  })
})

describe('8 overrides body or path of another resource', () => {
  it.each([
    ['body', (path: string) => ({ body: { model: 'gpt-5.3-codex', input: 'hi' }, path })],
    [
      'path with a smuggled slash',
      () => ({ body: { model: 'gpt-5.3-codex' }, path: '/moderations/../responses' }),
    ],
  ])('%s', async (_name, options) => {
    await using kit = await guardKit()
    const given = options('/moderations') as never
    await refusalOf(() => kit.openai.moderations.create({ input: 'hi', model: 'gpt-5-mini' }, given))
    await refusalOf(() => kit.openai.files.list({}, { method: 'post', ...(given as object) } as never))
    expect(kit.server.requests).toEqual([])
  })
})

describe('9 sends to another origin', () => {
  it.each(['/responses', '/v1/responses', '/openai/v1/chat/completions'])(
    'by an absolute path: %s',
    async (path) => {
      await using kit = await guardKit()
      const url = new URL(path, kit.server.url).href
      await refusalOf(() => kit.openai.post(url, { body: JSON.parse(codex) as object }))
      expect(kit.server.requests).toEqual([])
    },
  )
})
