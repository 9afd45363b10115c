import { describe, expect, it } from 'vitest'
import { defaultPolicy, definePolicy, type Policy } from '@policy/core'
import { createGuard } from '../../src/index.ts'
import { memoryAuditLog, scriptedUpstream, testAuthority } from '../../src/testing.ts'

/** What comes back, and what reached the upstream, for a body at a URL. */
async function send(path: string, body: object, init: RequestInit = {}, policy?: Policy) {
  const upstream = scriptedUpstream()
  const authority = await testAuthority()
  const guard = createGuard({ ...authority, ...(policy && { policy }), audit: memoryAuditLog() })
  const response = await guard.wrapFetch(upstream.fetch)(`https://api.example.com${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...init,
  })
  return { status: response.status, reached: upstream.requests.length }
}

const policyDenying = (endpoint: string) =>
  definePolicy({
    ...defaultPolicy,
    rules: [
      { id: 'no-endpoint', when: { endpoint }, then: 'deny', because: 'not here' },
      ...defaultPolicy.rules,
    ],
  })

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

  const vertex = '/v1/projects/p/locations/l'
  it.each([
    `${vertex}/publishers/anthropic/models/claude-opus-4:rawPredict`,
    `${vertex}/publishers/anthropic/models/claude-opus-4@20250514:streamRawPredict`,
    `${vertex}/publishers/google/models/gemini-3:generateContent`,
    `${vertex}/endpoints/123:rawPredict`,
    `${vertex}/Endpoints/123/chat/completions`,
    `${vertex}/reasoningEngines/123:query`,
    '/v1beta/tunedModels/mine:generateContent',
    '/v1/organization/roles/models/gpt-5.3-codex',
    '/v1/skills/models/gpt-5.3-codex:run',
    '/v1/organization/roles/gpt-5.3-codex:run',
    '/v1/organization/unheard-of',
    '/v1/projects/p/unheard-of',
    '/endpoints/gpt-5.3-codex/invocations',
  ])('or is named in the path, whatever the body names: %s', async (path) => {
    expect(await send(path, { contents: [] })).toEqual({ status: 403, reached: 0 })
    if (path.endsWith('unheard-of')) return
    expect(await send(path, { model: 'gpt-5-mini', contents: [] })).toEqual({ status: 403, reached: 0 })
  })

  it.each([
    `${vertex}/publishers/openai/models/gpt-5-mini:rawPredict`,
    `${vertex}/endpoints/gpt-5-mini:rawPredict`,
  ])('goes through where the path names an open model: %s', async (path) => {
    expect(await send(path, { contents: [] })).toEqual({ status: 200, reached: 1 })
    expect(await send(path, { model: 'gpt-5.3-codex' })).toEqual({ status: 403, reached: 0 })
  })

  const cloudflare = '/v1/acct/gw'
  it.each([
    `${cloudflare}/batches`,
    `${cloudflare}/threads/t/runs/r/submit_tool_outputs`,
    `${cloudflare}/agents/sessions/s/events`,
    `${cloudflare}/evals/e/runs`,
    `${cloudflare}/realtime/client_secrets`,
    `${cloudflare}/agents/sessions/s`,
    '/v1/agents/batches',
    '/v1/Batches',
    '/V1/batches',
    '/openai/Threads/t/Runs/r/submit_tool_outputs',
    '/OpenAI/threads/t/runs/r/Submit_Tool_Outputs',
    '/openai/deployments/gpt-5-mini/Batches',
    '/openai/deployments/gpt-5-mini/evals/e/runs',
    '/openai/deployments/gpt-5-mini/realtime/client_secrets',
    '/v1/models/gpt-5-mini/agents/sessions',
  ])('does not open what is kept there by a model beside it: %s', async (path) => {
    const stored = { agent_id: 'a', input_file_id: 'file_1', session: { prompt: { id: 'p' } } }
    expect(await send(path, { model: 'gpt-5-mini', ...stored })).toEqual({ status: 403, reached: 0 })
  })

  it.each(['/proxy/responses', '/v1/Responses', '/v1/acct/gw/openai/RESPONSES', '/v1/threads/responses'])(
    'is under the rules of its endpoint: %s',
    async (path) => {
      const policy = await policyDenying('/responses')
      const body = { model: 'gpt-5-mini', input: 'x' }
      expect(await send(path, body, {}, policy)).toEqual({ status: 403, reached: 0 })
      expect(await send(path, body)).toEqual({ status: 200, reached: 1 })
    },
  )

  it.each(['/v1/acct/gw/files', '/v1/acct/gw/skills', '/v1/acct/gw/conversations'])(
    'does not vouch for what would be harmless behind a shorter one: %s',
    async (path) => expect(await send(path, { purpose: 'x' })).toEqual({ status: 403, reached: 0 }),
  )

  it('is no reason to refuse what the table knows', async () => {
    for (const path of [
      '/v1/threads/t/messages',
      '/v1/projects/p/roles',
      '/v1/Organization/Projects/p/archive',
    ])
      expect(await send(path, { role: 'user' })).toEqual({ status: 200, reached: 1 })
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
