import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { defaultPolicy, definePolicy, thumbprint, type AuditRecord, type CallContext } from '@policy/core'
import OpenAI from 'openai'
import { guardState } from '../src/guard/guard-state.ts'
import { PolicyDeniedError } from '../src/index.ts'
import { wrapClient } from '../src/openai/wrap-client.ts'
import { answerLikeApi, testAuthority, type UpstreamRequest } from '../src/testing.ts'

/** What a soak counted: calls as made, and what guard, ledger and server know of them. */
export interface SoakReport {
  made: Record<Way, number>
  entries: Record<AuditRecord['kind'] | 'cancelled', number>
  /** Spends in the ledger, as counted when they were made. */
  spent: number
  /** What guard and ledger hold of the calls, now that all are over. */
  held: { open: number; background: number; batches: number; spends: number }
  /** Requests that reached the server. */
  arrived: number
  /** Entries the log did not take. */
  lost: number
}

const ways = ['plain', 'streamed', 'granted', 'background', 'aborted', 'refused'] as const
type Way = (typeof ways)[number]

/** A guard that lives while calls are made through it. */
interface Soak extends AsyncDisposable {
  /** Make so many calls of all ways in turn, `concurrency` at a time. */
  make(calls: number, concurrency: number): Promise<void>
  /** What is known so far. */
  report(): Promise<SoakReport>
}

/** Start a guarded client and a server to call, over real HTTP, for at most `calls` calls. */
export async function startSoak(calls: number): Promise<Soak> {
  const server = await countingServer()
  const { escalation } = defaultPolicy
  const policy = await definePolicy({
    ...defaultPolicy,
    escalation: {
      ...escalation,
      approvers: { ...escalation.approvers, people: ['github:1'] },
      grant: { expiresIn: '8h', maxCalls: calls },
    },
  })
  const authority = await testAuthority({ policy })
  const entries = Object.create(null) as SoakReport['entries']
  const count = (kind: keyof SoakReport['entries']) => (entries[kind] = (entries[kind] ?? 0) + 1)
  const audit = {
    async record(record: AuditRecord) {
      count(record.kind)
      if (record.kind === 'call.finished' && record.data['model_policy.outcome'] === 'cancelled')
        count('cancelled')
    },
    async flush() {},
    async close() {},
  }
  let spent = 0
  let jti = ''
  const ledger: typeof authority.ledger = {
    ...authority.ledger,
    async consume(spend) {
      const result = await authority.ledger.consume(spend)
      if (result.type === 'spent' && !result.replay) spent += 1
      jti = spend.jti
      return result
    },
  }
  const grant = await authority.grant({ maxCalls: calls })
  // As `createGuard` and `wrap` do, the state at hand: what it holds is what is looked at.
  const state = guardState({ ...authority, ledger, audit, grants: [grant] })
  const raw = new OpenAI({ apiKey: 'k', baseURL: server.url, maxRetries: 0 })
  const wrap = (context: CallContext) => wrapClient(raw, { state, contextOf: (bound) => bound, context })
  const context = { ...authority.context, agentKey: thumbprint(authority.agentKey.publicJwk) }
  const openai = wrap(context)
  const elsewhere = wrap({ ...context, task: 'ISSUE-13' })
  const open = { model: 'gpt-5-mini', input: 'hi' }
  const gated = { model: 'gpt-5.3-codex', input: 'hi' }
  const make: Record<Way, () => Promise<unknown>> = {
    plain: async () => openai.responses.create(open),
    granted: async () => openai.responses.create(gated),
    async streamed() {
      for await (const _event of await openai.responses.create({ ...open, stream: true })) void _event
    },
    async background() {
      const { id } = await openai.responses.create({ ...open, background: true })
      await openai.responses.retrieve(id)
    },
    async aborted() {
      const abort = new AbortController()
      const held = { ...open, stream: true, metadata: { hold: 'open' } } as const
      const stream = await openai.responses.create(held, { signal: abort.signal })
      for await (const _event of stream) abort.abort()
    },
    refused: () =>
      elsewhere.responses.create(gated).then(
        () => Promise.reject(new Error('a call without a grant was not refused')),
        (error: unknown) => (PolicyDeniedError.is(error) ? undefined : Promise.reject(error as Error)),
      ),
  }
  const made = Object.fromEntries(ways.map((way) => [way, 0])) as Record<Way, number>
  return {
    async make(count, concurrency) {
      let next = 0
      const work = async () => {
        while (next < count) {
          const way = ways[next % ways.length] ?? 'plain'
          next += 1
          await make[way]()
          made[way] += 1
        }
      }
      await Promise.all(Array.from({ length: concurrency }, work))
      await state.settled()
    },
    async report() {
      const issued = { kid: '', escalation: `sha256:${'0'.repeat(64)}` as const, iat: 0 }
      const { used } = await authority.ledger.usage({ jti, issued })
      const { open, background, batches, lost } = state
      const held = { open: open.size, background: background.size, batches: batches.size, spends: used }
      return { made, entries, spent, held, arrived: server.arrived(), lost }
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** A loopback server that counts requests instead of keeping them; one that is to be held open gets its first event only. */
async function countingServer() {
  let arrived = 0
  const server = createServer((incoming, outgoing) => {
    arrived += 1
    const answer = async (): Promise<void> => {
      const body = await text(incoming)
      const json = body === '' ? undefined : (JSON.parse(body) as UpstreamRequest['json'])
      const path = incoming.url ?? ''
      const about = /^\/v1\/responses\/(.+)$/.exec(path)?.[1]
      if (about !== undefined || json?.['background'] === true) {
        const status = about === undefined ? 'queued' : 'completed'
        const id = about ?? `resp_bg_${arrived}`
        outgoing.writeHead(200, { 'content-type': 'application/json' })
        return void outgoing.end(
          JSON.stringify({ id, object: 'response', status, background: true, output: [] }),
        )
      }
      const { headers, body: chunks } = answerLikeApi({
        method: 'POST',
        path,
        headers: new Headers(),
        body,
        json,
      })
      outgoing.writeHead(200, Object.fromEntries(headers))
      for await (const chunk of chunks ?? []) {
        outgoing.write(chunk)
        if (json?.['metadata'] !== undefined) return
      }
      outgoing.end()
    }
    // A client that goes away in the middle of an answer is part of the soak.
    answer().catch(() => outgoing.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    arrived: () => arrived,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
