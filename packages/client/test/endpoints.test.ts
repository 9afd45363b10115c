import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { endpointKind } from '../src/request/endpoint.ts'
import { readRequestPath } from '../src/request/request-path.ts'
import { sdkEndpoints } from './sdk-endpoints.ts'

const { endpoints, silent } = await sdkEndpoints(
  (fetch) => new OpenAI({ apiKey: 'k', adminAPIKey: 'a', fetch, maxRetries: 0, logLevel: 'off' }),
)
const kindOf = ({ verb, path }: { verb: string; path: string }) => {
  const read = readRequestPath(new URL(`https://api.example.com/v1${path}`))
  return read && endpointKind(verb, read.endpoint)
}

describe('the table of endpoints', () => {
  it('classifies every request that a method of the SDK makes', () => {
    expect(endpoints.length).toBeGreaterThan(380)
    const unclassified = endpoints.filter((endpoint) => [undefined, 'unknown'].includes(kindOf(endpoint)))
    expect(unclassified, 'a new endpoint of the SDK: say in src/request/endpoint.ts what it can do').toEqual(
      [],
    )
  })

  it('saw every method but those that only work on what others brought', () => {
    expect(silent.toSorted(), 'a new method of the SDK that made no request here').toEqual([
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
