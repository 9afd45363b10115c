import OpenAI, { AzureOpenAI } from 'openai'
import { AzureOpenAI as OldestAzureOpenAI, OpenAI as OldestOpenAI } from 'openai-oldest'
import { describe, expect, it } from 'vitest'
import { PolicyDeniedError } from '../../src/index.ts'
import { guardKit, refusalOf } from '../guard-kit.ts'

const codex = { model: 'gpt-5.3-codex', input: 'hi' }
const settings = (url: string) => ({ apiKey: 'sk', baseURL: url })

describe('2 gives withOptions another fetch', () => {
  it.each([
    ['the global one', { fetch: globalThis.fetch }],
    [
      'a wrapper',
      { fetch: (url: string | URL | Request, init?: RequestInit) => globalThis.fetch(url, init) },
    ],
    ['none', { fetch: undefined }],
    ['another base URL', { baseURL: 'http://127.0.0.1:9/v1' }],
  ])('%s', async (_name, options) => {
    await using kit = await guardKit()
    const other = kit.openai.withOptions(options)
    expect((await refusalOf(() => other.responses.create(codex))).code).toBe('grant_required')
    const again = other.withOptions({ timeout: 1000 }).withOptions({ fetch: globalThis.fetch })
    expect((await refusalOf(() => again.responses.create(codex))).code).toBe('grant_required')
    expect(kit.server.requests).toEqual([])
  })
})

describe('3 assigns over the layers', () => {
  it.each([
    'fetch',
    'withOptions',
    'makeRequest',
    'prepareOptions',
    'prepareRequest',
    'buildRequest',
    'authHeaders',
    'makeStatusError',
    '_callApiKey',
    '_buildWebSocketHeaders',
    'retryRequest',
    'fetchWithAuth',
    'fetchWithTimeout',
  ])('%s', async (name) => {
    await using kit = await guardKit()
    const open = kit.openai as unknown as Record<string, unknown>
    expect(() => {
      open[name] = globalThis.fetch
    }).toThrow(TypeError)
    expect(() => Object.defineProperty(open, name, { value: globalThis.fetch })).toThrow(TypeError)
    expect(() => delete open[name]).toThrow(TypeError)
    await refusalOf(() => kit.openai.responses.create(codex))
    expect(kit.server.requests).toEqual([])
  })
})

describe('4 wraps a class that would leave by another way than the fetch it is given', () => {
  it('is refused at wrap time instead of left unguarded', async () => {
    class Positional extends OpenAI {
      constructor(key: string) {
        super({ apiKey: typeof key === 'string' ? key : 'sk-copy', baseURL: 'http://127.0.0.1:9/v1' })
      }
    }
    await using kit = await guardKit()
    expect(() => kit.guard.wrap(new Positional('sk'))).toThrow(
      expect.objectContaining({ code: 'client_unsupported' }),
    )
  })

  it('keeps a subclass that passes its options on', async () => {
    class Mine extends OpenAI {
      greet = () => 'hello'
    }
    await using kit = await guardKit()
    const mine = kit.guard.wrap(new Mine({ apiKey: 'sk', baseURL: kit.server.url }))
    expect(mine).toBeInstanceOf(Mine)
    expect(mine.greet()).toBe('hello')
    await refusalOf(() => mine.responses.create(codex))
  })

  describe.each([
    ['newest', OpenAI, AzureOpenAI],
    ['oldest', OldestOpenAI as unknown as typeof OpenAI, OldestAzureOpenAI as unknown as typeof AzureOpenAI],
  ])('the %s release', (_release, Base, Azure) => {
    it.each(['makeRequest', 'retryRequest', 'fetchWithAuth', 'fetchWithTimeout'])(
      'refuses a subclass with a %s of its own, as a method or a field, below Azure too',
      async (method) => {
        await using kit = await guardKit()
        class Below extends Base {}
        const send = () =>
          fetch(`${kit.server.url}/responses`, { method: 'POST', body: JSON.stringify(codex) })
        Object.defineProperty(Below.prototype, method, { value: send })
        class Further extends Below {}
        class Field extends Base {
          constructor(options: object) {
            super(options)
            Object.assign(this, { [method]: send })
          }
        }
        class MyAzure extends Azure {}
        Object.defineProperty(MyAzure.prototype, method, { value: send })
        const clients = [
          new Below(settings(kit.server.url)),
          new Further(settings(kit.server.url)),
          new Field(settings(kit.server.url)),
          new MyAzure({ ...settings(kit.server.url), apiVersion: 'v1' }),
        ]
        for (const client of clients) {
          expect(() => kit.guard.wrap(client)).toThrow(
            expect.objectContaining({
              code: 'client_unsupported',
              message: expect.stringContaining(`\`${method}\``),
              remedy: expect.stringContaining('prepareRequest'),
            }),
          )
        }
      },
    )

    it.each([
      ['responses', (client: OpenAI, other: OpenAI) => Object.assign(client, { responses: other.responses })],
      [
        'chat.completions',
        (client: OpenAI, other: OpenAI) =>
          Object.assign(client.chat, { completions: other.chat.completions }),
      ],
    ])('refuses a subclass that holds the %s of another client', async (path, lend) => {
      await using kit = await guardKit()
      const other = new Base(settings(kit.server.url))
      class Lent extends Base {
        constructor(options: object) {
          super(options)
          lend(this, other)
        }
      }
      expect(() => kit.guard.wrap(new Lent(settings(kit.server.url)))).toThrow(
        expect.objectContaining({
          code: 'client_unsupported',
          message: expect.stringContaining(`\`${path}\` belongs to another client`),
        }),
      )
    })

    it('keeps the hooks that subclasses are given, resources of their own, and the Azure class', async () => {
      await using kit = await guardKit()
      const seen: string[] = []
      class Hooked extends Base {
        own = new Base.Responses(this)
        protected override async prepareOptions(): Promise<void> {
          seen.push('options')
        }
        protected override async prepareRequest(): Promise<void> {
          seen.push('request')
        }
      }
      const hooked = kit.guard.wrap(new Hooked(settings(kit.server.url)))
      expect((await refusalOf(() => hooked.own.create(codex))).code).toBe('grant_required')
      expect(seen).toEqual(['options', 'request'])
      class MyAzure extends Azure {}
      const azure = kit.guard.wrap(
        new MyAzure({ apiKey: 'k', baseURL: `${kit.server.url}/openai/v1`, apiVersion: 'v1' }),
      )
      await azure.responses.create({ model: 'gpt-5-mini', input: 'hi' })
      await refusalOf(() => azure.responses.create(codex))
      expect(kit.server.requests).toHaveLength(1)
    })
  })

  it.each([
    ['an object that only looks like one', { baseURL: 'x', withOptions: () => ({}) }],
    ['nothing', {}],
  ])('refuses %s', async (_name, client) => {
    await using kit = await guardKit()
    expect(() => kit.guard.wrap(client as OpenAI)).toThrow(
      expect.objectContaining({ code: 'client_unsupported' }),
    )
  })
})

describe('5 rotates the key of a client before it is wrapped', () => {
  it('the copy uses the key of now, and a key given later', async () => {
    await using kit = await guardKit()
    kit.raw.apiKey = 'sk-rotated'
    const openai = kit.guard.wrap(kit.raw)
    await openai.responses.create({ model: 'gpt-5-mini', input: 'hi' })
    openai.apiKey = 'sk-later'
    await openai.responses.create({ model: 'gpt-5-mini', input: 'hi' })
    await openai.withOptions({ timeout: 1000 }).responses.create({ model: 'gpt-5-mini', input: 'hi' })
    const sent = kit.server.requests.map(({ headers }) => headers.get('authorization'))
    expect(sent).toEqual(['Bearer sk-rotated', 'Bearer sk-later', 'Bearer sk-later'])
  })
})

describe('10 calls the parts of the client directly', () => {
  const init = {
    method: 'post',
    body: JSON.stringify(codex),
    headers: new Headers({ 'content-type': 'application/json' }),
  }
  /** What the types keep private. */
  interface Inside {
    fetch(url: string, init: object): Promise<Response>
    fetchWithTimeout(
      url: string,
      init: object,
      timeout: number,
      controller: AbortController,
    ): Promise<Response>
    fetchWithAuth(url: string, init: object, timeout: number, controller: AbortController): Promise<Response>
    makeRequest(options: object, retries: number, retryOf: string | undefined): Promise<unknown>
  }
  const inside = (client: OpenAI) => client as unknown as Inside

  it.each([
    ['client.fetch', (client, url) => inside(client).fetch(url, { ...init, method: 'POST' })],
    [
      'client.fetchWithTimeout',
      (client, url) => inside(client).fetchWithTimeout(url, init, 1000, new AbortController()),
    ],
    [
      'client.fetchWithAuth',
      (client, url) => inside(client).fetchWithAuth(url, init, 1000, new AbortController()),
    ],
  ] satisfies [string, (client: OpenAI, url: string) => Promise<Response>][])('%s', async (_name, call) => {
    await using kit = await guardKit()
    const response = await call(kit.openai, `${kit.server.url}/responses`)
    expect(response.status).toBe(403)
    expect(kit.server.requests).toEqual([])
  })

  it.each([
    ['client.post', (client) => client.post('/responses', { body: codex })],
    ['client.request', (client) => client.request({ method: 'post', path: '/responses', body: codex })],
    [
      'resource._client.post',
      (client) =>
        (client.files as unknown as { _client: OpenAI })._client.post('/responses', { body: codex }),
    ],
    [
      'client.makeRequest as a retry',
      (client) => inside(client).makeRequest({ method: 'post', path: '/responses', body: codex }, 2, 'log_1'),
    ],
  ] satisfies [string, (client: OpenAI) => PromiseLike<unknown>][])('%s', async (_name, call) => {
    await using kit = await guardKit()
    await refusalOf(() => call(kit.openai))
    expect(kit.server.requests).toEqual([])
  })

  it('repeats a call under the options of one that was granted: that is another call', async () => {
    await using kit = await guardKit({ grants: [1] })
    const options = { method: 'post' as const, path: '/responses', body: codex, __metadata: {} }
    await kit.openai.request(options)
    expect((await refusalOf(() => kit.openai.request(options))).code).toBe('grant_spent')
  })

  it('sends a finished call once more as if it were a retry: that is another call', async () => {
    await using kit = await guardKit({ grants: [1] })
    const promise = kit.openai.request({ method: 'post', path: '/responses', body: codex })
    await promise
    const { responsePromise } = promise as unknown as { responsePromise: Promise<{ options: object }> }
    const { options: carried } = await responsePromise
    const replay = inside(kit.openai).makeRequest(carried, 2, 'log_1')
    expect((await refusalOf(() => replay)).code).toBe('grant_spent')
    expect(kit.server.requests).toHaveLength(1)
  })
})

describe('27 what an in-process guard cannot stop (see docs/coverage.md)', () => {
  it('code that holds the client can still read its key and make an unguarded copy by the class itself', async () => {
    await using kit = await guardKit()
    expect(kit.openai.apiKey).toBe('sk-test')
    const unguarded = OpenAI.prototype.withOptions.call(kit.openai, { fetch: globalThis.fetch })
    const response = await unguarded.responses.create(codex)
    expect(response).not.toBeInstanceOf(PolicyDeniedError)
    expect(kit.server.requests).toHaveLength(1)
  })
})

describe('3 reaches for the call behind a request', () => {
  it('shows hooks nothing but an empty token, which stands for one call and is no other\u2019s', async () => {
    await using kit = await guardKit({ grants: [1] })
    const seen: object[] = []
    class Curious extends OpenAI {
      protected override async prepareOptions(options: object): Promise<void> {
        const { __metadata: carried = {} } = options as { __metadata?: Record<PropertyKey, object> }
        for (const key of Object.getOwnPropertySymbols(carried)) {
          const token = carried[key]
          if (token) seen.push(token)
          // the token of the call before it
          if (seen[0]) carried[key] = seen[0]
        }
      }
    }
    const openai = kit.guard.wrap(new Curious(settings(kit.server.url)))
    await openai.responses.create(codex)
    expect(seen.map((token) => [Reflect.ownKeys(token), Object.isFrozen(token)])).toEqual([[[], true]])
    expect((await refusalOf(() => openai.responses.create(codex))).code).toBe('grant_spent')
    expect(kit.server.requests).toHaveLength(1)
  })
})
