import OpenAI, { type ClientOptions } from 'openai'
import { createGuard, PolicyDeniedError, type Guard, type GuardOptions } from '../src/index.ts'
import {
  memoryAuditLog,
  startLoopbackServer,
  testAuthority,
  type LoopbackServer,
  type LoopbackServerOptions,
  type MemoryAuditLog,
  type TestAuthority,
} from '../src/testing.ts'

/** A guarded client against a server of its own, with what tests look at. */
export interface GuardKit extends AsyncDisposable {
  server: LoopbackServer
  authority: TestAuthority
  audit: MemoryAuditLog
  guard: Guard
  raw: OpenAI
  openai: OpenAI
}

export interface GuardKitOptions {
  server?: LoopbackServerOptions
  guard?: Partial<GuardOptions>
  client?: ClientOptions
  /** How many grants of how many calls each are at hand. @default none */
  grants?: number[]
}

/** Start server, guard and client; `await using` lets go of all. */
export async function guardKit(options: GuardKitOptions = {}): Promise<GuardKit> {
  const server = await startLoopbackServer(options.server)
  const authority = await testAuthority(options.guard?.policy ? { policy: options.guard.policy } : {})
  const audit = memoryAuditLog()
  const grants = await Promise.all((options.grants ?? []).map((maxCalls) => authority.grant({ maxCalls })))
  const guard = createGuard({ ...authority, audit, grants, ...options.guard })
  const raw = new OpenAI({ apiKey: 'sk-test', baseURL: server.url, ...options.client })
  return {
    server,
    authority,
    audit,
    guard,
    raw,
    openai: guard.wrap(raw),
    async [Symbol.asyncDispose]() {
      await guard.close()
      await server.close()
    },
  }
}

/** Everything a stream gives, in order. */
export async function collect<Item>(stream: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of stream) items.push(item)
  return items
}

/** The refusal a call ends with; anything else is a failure of the test. */
export async function refusalOf(call: () => PromiseLike<unknown>): Promise<PolicyDeniedError> {
  try {
    await call()
  } catch (error) {
    if (PolicyDeniedError.is(error)) return error
    throw error
  }
  throw new Error('the call was not refused')
}
