import { describe, expect, it } from 'vitest'
import { guardKit, refusalOf } from '../guard-kit.ts'

const codex = { model: 'gpt-5.3-codex', input: 'hi' }
const unnamed = { input: 'hi', prompt: { id: 'pmpt_1' } }

describe('14 spells the path or the method so that it looks like another', () => {
  it.each([
    '//responses',
    '/responses/',
    '/responses//',
    '/%72esponses',
    '/r%65sponses/',
    '/files/../responses',
    '/files/%2e%2e/responses',
    '/./responses',
    '/responses?beta=true',
    '/responses#x',
    '/chat/completions/',
    '/organization/../responses',
  ])('a request that runs a stored model, as %s', async (path) => {
    await using kit = await guardKit()
    const error = await refusalOf(() => kit.openai.post(path, { body: unnamed }))
    expect(error.code).toBe('model_missing')
    expect(kit.server.requests).toEqual([])
  })

  it.each([
    '/files%2f..%2fresponses',
    '/organization%2F..%2Fresponses',
    '/files;x/..;/responses',
    '/%2572esponses',
    '/organization\u0000/responses',
    '/files/%5c..%5cresponses',
  ])('a path that servers read in two ways: %s', async (path) => {
    await using kit = await guardKit()
    const error = await refusalOf(() => kit.openai.post(path, { body: unnamed }))
    expect(['endpoint_unknown', 'model_missing']).toContain(error.code)
    expect(kit.server.requests).toEqual([])
  })

  it.each(['/v1/responses', 'https://', 'https://a b/v1/responses', ''])(
    'a URL that cannot be read: %j',
    async (url) => {
      await using kit = await guardKit()
      const sent: string[] = []
      const fetch = kit.guard.wrapFetch(async (input) => (sent.push(String(input)), new Response('{}')))
      const response = await fetch(url, { method: 'POST', body: JSON.stringify(codex) })
      expect(await response.json()).toMatchObject({ error: { code: 'endpoint_unknown' } })
      expect(sent).toEqual([])
    },
  )

  it.each(['model', 'Model', 'fallback_model', 'm%6fdel'])('a model in the query: %s', async (name) => {
    await using kit = await guardKit()
    const body = { model: 'gpt-5-mini', input: 'hi' }
    const error = await refusalOf(() => kit.openai.post(`/responses?${name}=gpt-5.3-codex`, { body }))
    expect(error.code).toBe('body_unreadable')
    expect(kit.server.requests).toEqual([])
  })

  it.each(['X-HTTP-Method-Override', 'x-http-method', 'X-Method-Override'])(
    'a read with %s',
    async (header) => {
      await using kit = await guardKit()
      const error = await refusalOf(() => kit.openai.get('/responses', { headers: { [header]: 'POST' } }))
      expect(error.code).toBe('endpoint_unknown')
      expect(kit.server.requests).toEqual([])
    },
  )

  it('an endpoint nobody has heard of, without a model', async () => {
    await using kit = await guardKit()
    expect((await refusalOf(() => kit.openai.post('/new/thing', { body: {} }))).code).toBe('endpoint_unknown')
    expect((await refusalOf(() => kit.openai.post('/new/thing', { body: codex }))).code).toBe(
      'grant_required',
    )
    await kit.openai.post('/new/thing', { body: { model: 'gpt-5-mini' } })
    expect(kit.server.requests).toHaveLength(1)
  })
})

describe('15 is redirected after it was decided', () => {
  it.each([307, 308])('%d re-sends a body only when asked again', async (status) => {
    await using kit = await guardKit({
      server: {
        respond: ({ path }) =>
          path.endsWith('/files')
            ? new Response(null, { status, headers: { location: '/v1/responses' } })
            : undefined,
      },
    })
    const sent = kit.openai.post('/files', { body: codex, maxRetries: 0 })
    await expect(sent).rejects.toMatchObject({ status })
    expect(kit.server.requests.map(({ path }) => path)).toEqual(['/v1/files'])
  })

  it('through wrapFetch, with a Request that follows', async () => {
    await using kit = await guardKit({
      server: {
        respond: ({ path }) =>
          path.endsWith('/files') ? Response.redirect('http://127.0.0.1:9/', 307) : undefined,
      },
    })
    const fetch = kit.guard.wrapFetch(globalThis.fetch)
    const request = new Request(`${kit.server.url}/files`, { method: 'POST', body: 'x', redirect: 'follow' })
    expect((await fetch(request)).status).toBe(307)
  })
})
