import { createHmac } from 'node:crypto'
import OpenAI, { AzureOpenAI, toFile } from 'openai'
import { createX509Transport } from 'openai/auth/x509-transport'
import { bedrock } from 'openai/providers/bedrock'
import { vertex } from 'openai/providers/vertex'
import { Agent } from 'undici'
import { describe, expect, it } from 'vitest'
import { guardKit, refusalOf, type GuardKit } from '../guard-kit.ts'

const mini = { model: 'gpt-5-mini', input: 'hi' }
const codex = { model: 'gpt-5.3-codex', input: 'hi' }
const sent = (kit: GuardKit, name: string) => kit.server.requests.map(({ headers }) => headers.get(name))

/** Signs method, URL, headers and body of every attempt, as request-signing providers do. */
class SigningClient extends OpenAI {
  protected override async prepareRequest(request: RequestInit, { url }: { url: string }): Promise<void> {
    const headers = request.headers as Headers
    headers.set('x-signature', signature(url, headers, String(request.body)))
  }
}

const signature = (url: string, headers: Headers, body: string): string => {
  const own = [...headers].filter(([name]) => name.startsWith('x-') && name !== 'x-signature').toSorted()
  return createHmac('sha256', 'secret')
    .update(JSON.stringify([url, own, body]))
    .digest('hex')
}

describe('25 works with every way to authenticate, and is guarded with it', () => {
  it.each<[string, (kit: GuardKit) => OpenAI, string, string]>([
    [
      'a key function',
      (kit) => new OpenAI({ baseURL: kit.server.url, apiKey: async () => 'sk-fresh' }),
      'authorization',
      'Bearer sk-fresh',
    ],
    [
      'an Azure key',
      (kit) => new AzureOpenAI({ baseURL: `${kit.server.url}/openai/v1`, apiKey: 'k', apiVersion: 'v1' }),
      'api-key',
      'k',
    ],
    [
      'an Entra token',
      (kit) =>
        new AzureOpenAI({
          baseURL: `${kit.server.url}/openai/v1`,
          azureADTokenProvider: async () => 'entra',
          apiVersion: 'v1',
        }),
      'authorization',
      'Bearer entra',
    ],
    [
      'a provider',
      (kit) => new OpenAI({ provider: bedrock({ baseURL: kit.server.url, apiKey: 'bedrock-key' }) }),
      'authorization',
      'Bearer bedrock-key',
    ],
    [
      'Vertex, behind its longer base',
      (kit) => {
        const baseURL = `${kit.server.url}/projects/p/locations/l/endpoints/openapi`
        return new OpenAI({ provider: vertex({ baseURL, tokenProvider: () => 'google' }) })
      },
      'authorization',
      'Bearer google',
    ],
    [
      'default headers',
      (kit) =>
        new OpenAI({ baseURL: kit.server.url, apiKey: 'sk', defaultHeaders: { authorization: 'Custom x' } }),
      'authorization',
      'Custom x',
    ],
  ])('%s', async (_name, make, header, value) => {
    await using kit = await guardKit()
    const openai = kit.guard.wrap(make(kit))
    await openai.responses.create(mini)
    await openai.withOptions({ timeout: 5000 }).responses.create(mini)
    await refusalOf(() => openai.responses.create(codex))
    expect(sent(kit, header)).toEqual([value, value])
  })

  it('a signature over headers and body still holds, policy headers or not', async () => {
    await using kit = await guardKit()
    const openai = kit.guard.wrap(new SigningClient({ baseURL: kit.server.url, apiKey: 'sk' }))
    await openai.responses.create(mini, { headers: { 'x-policy-task': 'ISSUE-12', 'x-mine': '1' } })
    await openai.post('/responses', {
      body: Buffer.from(JSON.stringify(mini)),
      headers: { 'content-type': 'application/json' },
    })
    expect(kit.server.requests).toHaveLength(2)
    const [first] = kit.server.requests
    const own = new Headers([...(first?.headers ?? [])].filter(([name]) => name !== 'x-policy-task'))
    expect(first?.headers.get('x-signature')).toBe(
      signature(`${kit.server.url}/responses`, own, first?.body ?? ''),
    )
  })

  it('a workload identity: the exchange passes, and a 401 is replayed as the same call', async () => {
    const exchanges: string[] = []
    let refused = false
    await using kit = await guardKit({ grants: [1] })
    const openai = kit.guard.wrap(
      new OpenAI({
        baseURL: kit.server.url,
        workloadIdentity: {
          identityProviderId: 'idp',
          serviceAccountId: 'sa',
          provider: { tokenType: 'jwt', getToken: async () => 'identity-secret' },
        },
        fetch: async (url, init) => {
          if (String(url).endsWith('/oauth/token')) {
            exchanges.push(String(init?.body))
            return Response.json({
              access_token: `t${exchanges.length}`,
              token_type: 'Bearer',
              expires_in: 3600,
              issued_token_type: 'x',
            })
          }
          if (!refused) {
            refused = true
            return Response.json({ error: { message: 'expired' } }, { status: 401 })
          }
          return globalThis.fetch(url as string, init)
        },
      }),
    )
    await openai.responses.create(codex)
    expect(exchanges).toHaveLength(2)
    expect(sent(kit, 'authorization')).toEqual(['Bearer t2'])
    expect((await refusalOf(() => openai.responses.create(codex))).code).toBe('grant_spent')
    await kit.guard.close()
    expect(kit.audit.records.filter(({ kind }) => kind === 'call.finished')).toMatchObject([
      { data: { 'model_policy.outcome': 'complete', 'model_policy.attempts': 2 } },
    ])
    expect(JSON.stringify(kit.audit.records)).not.toContain('identity-secret')
  })
})

describe('25 an X.509 workload identity, which takes no other fetch', () => {
  it('is refused at wrap time with what to do instead, never half guarded', async () => {
    const x509Transport = createX509Transport({
      runtime: 'node',
      dispatcher: new Agent(),
      certificateIdentity: 'static',
      proxy: 'direct',
    })
    const workloadIdentity = { type: 'x509' as const, identityProviderId: 'idp', serviceAccountId: 'sa' }
    await using kit = await guardKit()
    const certified = new OpenAI({ workloadIdentity, x509Transport } as never)
    expect(() => kit.guard.wrap(certified)).toThrow(
      expect.objectContaining({ code: 'client_unsupported', message: expect.stringContaining('X.509') }),
    )
  })
})

describe('26 needs requests that are no calls', () => {
  it('the probe for forms and the upload after it', async () => {
    const probes: string[] = []
    await using kit = await guardKit({
      client: {
        fetch: (url, init) => {
          if (String(url).startsWith('data:')) probes.push(String(url))
          return globalThis.fetch(url as string, init)
        },
      },
    })
    await kit.openai.files.create({ file: await toFile(Buffer.from('x'), 'a.txt'), purpose: 'user_data' })
    expect(probes).toEqual(['data:,'])
    expect(kit.server.requests[0]?.headers.get('content-type')).toMatch(/^multipart\/form-data; boundary=/)
  })

  it('reads, deletions and cancellations, without an entry', async () => {
    await using kit = await guardKit()
    await kit.openai.models.list()
    await kit.openai.models.retrieve('gpt-5.3-codex')
    await kit.openai.responses.delete('resp_1')
    await kit.openai.responses.cancel('resp_1')
    await kit.openai.vectorStores.files.create('vs', { file_id: 'f' })
    expect(kit.server.requests).toHaveLength(5)
    expect(kit.audit.records).toEqual([])
  })
})
