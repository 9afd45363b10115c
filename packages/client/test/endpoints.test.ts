import { AzureOpenAI, OpenAI } from 'openai'
import { OpenAI as OldestOpenAI } from 'openai-oldest'
import { describe, expect, it } from 'vitest'
import { endpointKind, endpointOf } from '../src/request/endpoint.ts'
import { readRequestPath } from '../src/request/request-path.ts'
import { sdkEndpoints, type SdkEndpoint } from './sdk-endpoints.ts'

const quiet = { maxRetries: 0, logLevel: 'off' } as const
const azure = { apiKey: 'k', apiVersion: '2026-01-01', deployment: 'dep', endpoint: 'https://a.example.com' }
const [newest, oldest, azureNewest] = await Promise.all([
  sdkEndpoints((fetch) => new OpenAI({ apiKey: 'k', adminAPIKey: 'a', fetch, ...quiet })),
  sdkEndpoints(
    (fetch) => new OldestOpenAI({ apiKey: 'k', adminAPIKey: 'a', fetch, ...quiet }) as unknown as OpenAI,
  ),
  sdkEndpoints((fetch) => new AzureOpenAI({ ...azure, fetch, ...quiet })),
])
const kindOf = ({ verb, url }: SdkEndpoint) => {
  const read = readRequestPath(url)
  return read && endpointOf(verb, read).kind
}

const resource = ({ method }: SdkEndpoint) => /^client\.((?:beta\.|admin\.)?\w+)/.exec(method)?.[1] ?? method

describe('the table of endpoints', () => {
  it.each([
    ['the newest release', newest.endpoints, 380],
    ['the oldest supported release', oldest.endpoints, 350],
    ['an Azure client, whose paths name a deployment', azureNewest.endpoints, 250],
  ])('classifies every request that a method of the SDK makes: %s', (_name, endpoints, atLeast) => {
    expect(endpoints.length).toBeGreaterThan(atLeast)
    const unclassified = endpoints
      .filter((endpoint) => [undefined, 'unknown'].includes(kindOf(endpoint)))
      .map(({ method, verb, url }) => `${method}: ${verb} ${url.pathname}`)
    expect(
      unclassified,
      'a new endpoint of the SDK: say in src/request/endpoint-table.ts what it can do',
    ).toEqual([])
  })

  it('reads the deployment that an Azure client puts into its paths, and the endpoint behind it', () => {
    const named = azureNewest.endpoints
      .map(({ url }) => readRequestPath(url))
      .filter((path) => path?.model !== undefined && path.isDeployment)
    expect(named.map((path) => `${path?.model}: ${path?.endpoint}`)).toEqual([
      'dep: /completions',
      'dep: /chat/completions',
      'dep: /embeddings',
      'dep: /images/edits',
      'dep: /images/generations',
      'dep: /audio/transcriptions',
      'dep: /audio/translations',
      'dep: /audio/speech',
      'dep: /batches',
    ])
  })

  it('knows every resource of the SDK', () => {
    expect([...new Set(newest.endpoints.map(resource))].toSorted().join(' ')).toBe(
      'admin.organization audio batches beta.agents beta.assistants beta.chatkit beta.realtime beta.responses ' +
        'beta.threads chat completions containers contentProvenanceChecks conversations decisions embeddings evals ' +
        'files fineTuning images live models moderations realtime responses safety skills uploads vectorStores ' +
        'videos webhooks',
    )
  })

  it('saw every method but those that only work on what others brought', () => {
    expect(newest.silent.toSorted(), 'a new method of the SDK that made no request here').toEqual([
      'client.beta.agents.environments.files.prepare',
      'client.beta.agents.environments.files.upload',
      'client.beta.agents.sessions.artifacts.forResult',
      'client.beta.agents.sessions.events.stream',
      'client.beta.agents.sessions.stream',
      'client.beta.threads.runs.submitToolOutputsStream',
      'client.chat.completions.parse',
      'client.chat.completions.runTools',
      'client.chat.completions.stream',
      'client.vectorStores.fileBatches.uploadAndPoll',
      'client.webhooks.unwrap',
      'client.webhooks.verifySignature',
    ])
  })

  it.each([
    ['POST', '/responses', 'run'],
    ['POST', '/chat/completions', 'run'],
    ['POST', '/chat/completions/chatcmpl_1', 'names'],
    ['POST', '/batches', 'batch'],
    ['POST', '/batches/b/cancel', 'none'],
    ['POST', '/files', 'upload'],
    ['POST', '/threads/t/runs/r/submit_tool_outputs', 'stored'],
    ['POST', '/organization/projects/p/model_permissions', 'none'],
    ['PATCH', '/responses', 'run'],
    ['QUERY', '/responses', 'run'],
    ['POST', '/responses/r/resume', 'unknown'],
    ['POST', '/', 'unknown'],
    ['GET', '/responses/r', 'none'],
    ['DELETE', '/models/ft:x', 'none'],
  ])('%s %s can %s', (method, endpoint, kind) => expect(endpointKind(method, endpoint)).toBe(kind))
})

describe('readRequestPath', () => {
  it.each([
    ['https://api.openai.com/v1/responses', '/responses', undefined],
    ['https://host/openai/v1/responses?api-version=preview', '/responses', undefined],
    ['https://host/openai/deployments/dep%20a/chat/completions', '/chat/completions', 'dep a'],
    ['https://host/engines/codex/completions', '/completions', 'codex'],
    ['https://host/gateway/openai/responses', '/responses', undefined],
    ['https://host/v1beta1/models', '/models', undefined],
    ['https://host/responses', '/responses', undefined],
    ['https://host//v1//responses/', '/responses', undefined],
    ['https://host/', '/', undefined],
    [
      'https://host/model/openai.gpt-5-codex/invoke',
      '/model/openai.gpt-5-codex/invoke',
      'openai.gpt-5-codex',
    ],
    ['https://host/v1beta/models/gemini-3:generateContent', '/models/gemini-3:generateContent', 'gemini-3'],
  ])('%s', (url, endpoint, model) => expect(readRequestPath(new URL(url))).toMatchObject({ endpoint, model }))

  it.each(['/v1/a%2fb', '/v1/a%5cb', '/v1/%2500', '/v1/%', '/v1/a;b', '/v1/%00'])('cannot tell %s', (path) =>
    expect(readRequestPath(new URL(path, 'https://host'))).toBeUndefined(),
  )
})
