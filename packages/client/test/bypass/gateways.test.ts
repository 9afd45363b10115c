import { describe, expect, it } from 'vitest'
import { createGuard } from '../../src/index.ts'
import { memoryAuditLog, scriptedUpstream, testAuthority } from '../../src/testing.ts'

const authority = await testAuthority()
const codex = 'gpt-5.3-codex'
const mini = 'gpt-5-mini'

/** The code of the refusal, or nothing for what reached the upstream. */
async function refusalFor(path: string, body: unknown, init: RequestInit = {}): Promise<string | null> {
  const upstream = scriptedUpstream()
  const guard = createGuard({ ...authority, audit: memoryAuditLog() })
  const response = await guard.wrapFetch(upstream.fetch)(`https://gateway.example.com/v1${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    ...init,
    headers: { 'content-type': 'application/json', ...(init.headers as Record<string, string>) },
  })
  const code = response.headers.get('x-policy-code')
  expect(upstream.requests).toHaveLength(code === null ? 1 : 0)
  return code
}

const ask = { model: mini, messages: [] }

describe('a model that a gateway reads somewhere else than in `model`', () => {
  it.each<[string, object]>([
    ['engine', { engine: codex }],
    ['deployment', { deployment: codex }],
    ['deployment_id', { deployment_id: codex }],
    ['model_slug', { model_slug: codex }],
    ['model_group', { model_group: codex }],
    ['model_names', { target_model_names: codex }],
    ['a list in a list', { models: [[codex]] }],
    ['a list of objects', { models: [{ id: codex }] }],
    ['fallbacks by name', { fallbacks: [codex] }],
    ['fallbacks by model', { fallbacks: [{ [mini]: [codex] }] }],
    ['fallbacks as requests', { fallbacks: [{ model: codex, messages: [] }] }],
    ['other fallbacks', { context_window_fallbacks: [{ [mini]: [codex] }] }],
    ['fallback models of an SDK', { providerOptions: { gateway: { models: [codex] } } }],
    ['a panel of models', { plugins: [{ id: 'fusion', analysis_models: [codex] }] }],
    ['several models in one name', { model: `${mini},${codex}` }],
    ['spelt in full width', { ｅｎｇｉｎｅ: codex }],
    ['in another case', { Deployment_Id: codex }],
  ])('in the body: %s', async (_name, more) => {
    expect(await refusalFor('/chat/completions', { ...ask, ...more })).toBe('grant_required')
  })

  it.each<[string, object]>([
    ['a preset', { preset: 'anything' }],
    ['a route that lets the gateway choose', { route: 'fallback' }],
    ['a dynamic route', { model: 'dynamic/route' }],
    ['a preset as model', { model: '@preset/anything' }],
  ])('kept at the gateway: %s is a model that the policy does not know', async (_name, more) => {
    expect(await refusalFor('/chat/completions', { ...ask, ...more })).toBe('model_unknown')
  })

  it.each([
    ['x-model', codex],
    ['openai-model', codex],
    ['x-litellm-model', codex],
    ['azureml-model-deployment', codex],
    ['x-ms-model-mesh-model-name', codex],
    ['x-portkey-azure-deployment-id', codex],
    ['x-portkey-config', JSON.stringify({ targets: [{ override_params: { model: codex } }] })],
    ['x-portkey-config', JSON.stringify({ targets: [{ deployment_id: codex }] })],
  ])('in the header %s', async (name, value) => {
    expect(await refusalFor('/chat/completions', ask, { headers: { [name]: value } })).toBe('grant_required')
  })

  it.each([
    ['x-portkey-config', 'pc-codex-123'],
    ['x-portkey-config', '{"override_params":{"model":"gpt-5-mini","model":"gpt-5.3-codex"}}'],
    [
      'helicone-fallbacks',
      JSON.stringify([{ 'target-url': 'https://a', bodyKeyOverride: { model: codex } }]),
    ],
    ['helicone-fallbacks', JSON.stringify({ 'target-url': 'https://a', onCodes: [500] })],
    ['helicone-fallbacks', '{}'],
    ['helicone-target-url', 'https://api.example.com/v1/responses?x='],
    ['helicone-openai-api-base', 'https://a.openai.azure.com/openai/deployments/codex'],
    ['x-portkey-custom-host', 'not a URL'],
  ])('settings that do not show it: %s: %s', async (name, value) => {
    for (const path of ['/chat/completions', '/files', '/skills']) {
      expect(await refusalFor(path, ask, { headers: { [name]: value } })).toBe('body_unreadable')
    }
  })

  it.each(['model', 'deployment', 'deployment_id', 'engine', 'fallbacks', 'target_model_names', 'preset'])(
    'in the query: %s',
    async (name) => {
      expect(await refusalFor(`/chat/completions?${name}=${codex}`, ask)).toBe('body_unreadable')
    },
  )

  it.each([
    [`/engines/${codex}/completions`, 'grant_required'],
    [`/models/${codex}:generateContent`, 'grant_required'],
    [`/model/${codex}/invoke`, 'grant_required'],
    ['/openai/deployments/gpt-5-mini/more-of-the-name/chat/completions', 'endpoint_unknown'],
  ])('in the path: %s', async (path, code) => {
    expect(await refusalFor(path, ask)).toBe(code)
  })

  it('in a request that starts a batch', async () => {
    const upstream = scriptedUpstream()
    const fetch = createGuard({ ...authority, audit: memoryAuditLog() }).wrapFetch(upstream.fetch)
    const form = new FormData()
    form.append('purpose', 'batch')
    form.append('file', new File([JSON.stringify({ body: { model: mini } })], 'b.jsonl'))
    const file = await fetch('https://gateway.example.com/v1/files', { method: 'POST', body: form })
    const { id } = (await file.json()) as { id: string }
    const start = (more: object) =>
      fetch('https://gateway.example.com/v1/batches', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ input_file_id: id, ...more }),
      })
    expect((await start({ model: codex })).status).toBe(403)
    expect((await start({})).status).toBe(200)
  })

  it('leaves alone what gateways do not read', async () => {
    const headers = {
      'helicone-target-url': 'https://api.openai.com',
      'x-portkey-custom-host': 'http://127.0.0.1:11434/v1',
      'x-portkey-config': JSON.stringify({ provider: 'openai', retry: { attempts: 3 } }),
      'x-portkey-provider': 'openai',
      'cf-aig-metadata': JSON.stringify({ model: codex }),
    }
    const called = {
      type: 'tool_use',
      name: 'deploy',
      input: { deployment: 'prod', engine: 'x', preset: 'y' },
    }
    const messages = [{ role: 'assistant', content: [called] }]
    const plugins = [{ id: 'web', engine: 'exa' }]
    expect(await refusalFor('/messages', { model: mini, messages, plugins }, { headers })).toBeNull()
  })
})

describe('a method that reads, with a body', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'DELETE', 'delete'])('%s', async (method) => {
    let reached = 0
    // `fetch` itself takes no body with some of these; another one that is wrapped may
    const next = async () => Response.json({ reached: (reached += 1) })
    const fetch = createGuard({ ...authority, audit: memoryAuditLog() }).wrapFetch(next)
    const send = (path: string, body: object) =>
      fetch(`https://gateway.example.com/v1${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect((await send('/responses', { model: codex })).status).toBe(403)
    expect((await send('/responses', { prompt: { id: 'p' } })).status).toBe(403)
    expect((await send('/responses/r', {})).status).toBe(403)
    expect(reached).toBe(0)
    await send('/responses', { model: mini })
    await send('/vector_stores/v/files/f', {})
    expect(reached).toBe(2)
  })
})
