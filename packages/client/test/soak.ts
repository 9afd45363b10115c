import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { defaultPolicy, definePolicy, type AuditRecord } from '@policy/core'
import OpenAI from 'openai'
import { createGuard, PolicyDeniedError } from '../src/index.ts'
import { answerLikeApi, testAuthority, type UpstreamRequest } from '../src/testing.ts'

/** What a soak counted: calls as made, and what guard, ledger and server know of them. */
export interface SoakReport {
  made: Record<Way, number>
  entries: Record<AuditRecord['kind'] | 'cancelled', number>
  /** Spends in the ledger. */
  spent: number
  /** Requests that reached the server. */
  arrived: number
  /** Entries the log did not take. */
  lost: number
}

const ways = ['plain', 'streamed', 'granted', 'aborted', 'refused'] as const
type Way = (typeof ways)[number]

/** Make `calls` calls of all ways in turn, `concurrency` at a time, through one guarded client and real HTTP. */
export async function soak(calls: number, concurrency: number): Promise<SoakReport> {
  await using server = await countingServer()
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
  const ledger: typeof authority.ledger = {
    ...authority.ledger,
    async consume(spend) {
      const result = await authority.ledger.consume(spend)
      if (result.type === 'spent' && !result.replay) spent += 1
      return result
    },
  }
  const guard = createGuard({
    ...authority,
    ledger,
    audit,
    grants: [await authority.grant({ maxCalls: calls })],
  })
  const raw = new OpenAI({ apiKey: 'k', baseURL: server.url, maxRetries: 0 })
  const [openai, elsewhere] = [guard.wrap(raw), guard.wrap(raw, { task: 'ISSUE-13' })]
  const open = { model: 'gpt-5-mini', input: 'hi' }
  const gated = { model: 'gpt-5.3-codex', input: 'hi' }
  const make: Record<Way, () => Promise<unknown>> = {
    plain: async () => openai.responses.create(open),
    granted: async () => openai.responses.create(gated),
    async streamed() {
      for await (const _event of await openai.responses.create({ ...open, stream: true })) void _event
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
  let next = 0
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < calls) {
        const way = ways[next % ways.length] ?? 'plain'
        next += 1
        await make[way]()
        made[way] += 1
      }
    }),
  )
  await guard.close()
  return { made, entries, spent, arrived: server.arrived(), lost: guard.lostEntries }
}

/** A loopback server that counts requests instead of keeping them; one that is to be held open gets its first event only. */
async function countingServer() {
  let arrived = 0
  const server = createServer((incoming, outgoing) => {
    arrived += 1
    const answer = async (): Promise<void> => {
      const body = await text(incoming)
      const json = JSON.parse(body) as UpstreamRequest['json']
      const { headers, body: chunks } = answerLikeApi({
        method: 'POST',
        path: incoming.url ?? '',
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
