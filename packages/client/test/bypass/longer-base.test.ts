import { describe, expect, it } from 'vitest'
import { createGuard } from '../../src/index.ts'
import { memoryAuditLog, scriptedUpstream, testAuthority } from '../../src/testing.ts'

/** What comes back, and what reached the upstream, for a body at a URL. */
async function send(path: string, body: object, init: RequestInit = {}) {
  const upstream = scriptedUpstream()
  const authority = await testAuthority()
  const guard = createGuard({ ...authority, audit: memoryAuditLog() })
  const response = await guard.wrapFetch(upstream.fetch)(`https://api.example.com${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...init,
  })
  return { status: response.status, reached: upstream.requests.length }
}

describe('a model that runs behind a longer base than the usual one', () => {
  it.each([
    '/v1/projects/P/locations/L/publishers/openai/v1/responses',
    '/v1/projects/P/locations/L/endpoints/openapi/chat/completions',
    '/v1/organization/x/v1/responses',
    '/v1/organization/x/responses',
    '/projects/x/chat/completions',
    '/v1/skills/responses',
    '/Deployments/gpt-5.3-codex/chat/completions',
    '/v1/Engines/gpt-5.3-codex/completions',
  ])('is decided: %s', async (path) => {
    const model = /deployments|engines/i.test(path) ? 'gpt-5-mini' : 'gpt-5.3-codex'
    expect(await send(path, { model, input: 'x' })).toEqual({ status: 403, reached: 0 })
  })

  it('goes through for an open model', async () => {
    const path = '/v1/projects/P/locations/L/publishers/openai/v1/responses'
    expect(await send(path, { model: 'gpt-5-mini', input: 'x' })).toEqual({ status: 200, reached: 1 })
  })

  it('a method that reads otherwise the second time leaves as it was read', async () => {
    const method = { toUpperCase: () => 'DELETE', toString: () => 'POST' } as unknown as string
    const body = { model: 'gpt-5.3-codex', input: 'x' }
    expect(await send('/v1/responses', body, { method })).toEqual({ status: 403, reached: 0 })
  })
})
