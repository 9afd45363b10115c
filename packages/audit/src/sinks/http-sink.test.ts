import { createHmac } from 'node:crypto'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { receiver, type Answer } from '../../test/support/receiver.ts'
import { toEntry } from '../entry/entry.ts'
import { httpSink } from './http-sink.ts'

const ok: Answer = { status: 204 }
const quick = { retryDelay: 1, timeout: 2000 }

function entry(number: number) {
  return toEntry({
    specversion: '1.0',
    id: `id-${number}`,
    source: 'urn:model-policy:test',
    type: 'dev.modelpolicy.log.opened.v1',
    time: '2026-11-22T12:00:00.000Z',
    data: { 'model_policy.origin': 'example.com/log' },
  })
}

describe('httpSink', () => {
  it('posts a CloudEvents batch of the exact lines, with the headers it was given', async () => {
    await using server = await receiver(ok)
    const sink = httpSink({ url: server.url, headers: { authorization: 'Bearer key' }, ...quick })
    await sink.append(entry(1))
    expect(server.received).toMatchObject([
      {
        body: `[${entry(1).line}]`,
        headers: {
          authorization: 'Bearer key',
          'content-type': 'application/cloudevents-batch+json; charset=utf-8',
          'idempotency-key': 'id-1',
        },
      },
    ])
  })

  it('sends what came meanwhile as one batch, in order', async () => {
    await using server = await receiver(ok)
    const sink = httpSink({ url: server.url, ...quick })
    await Promise.all([1, 2, 3, 4].map((number) => sink.append(entry(number))))
    expect(server.received).toHaveLength(2)
    expect(server.taken).toEqual([1, 2, 3, 4].map((number) => entry(number).line))
  })

  it('sends the same batch again under the same key until it is taken', async () => {
    await using server = await receiver({ status: 503 }, { status: 429, headers: { 'retry-after': '0' } }, ok)
    const sink = httpSink({ url: server.url, ...quick })
    await Promise.all([sink.append(entry(1)), sink.append(entry(2))])
    const keys = server.received.map(({ headers }) => headers['idempotency-key'])
    expect(keys).toEqual(['id-1', 'id-1', 'id-1', 'id-2'])
    expect(server.taken).toHaveLength(2)
  })

  it.each([
    ['seconds', '7'],
    ['a date', 'Sun, 22 Nov 2026 12:00:07 GMT'],
  ])('tries no sooner than Retry-After asks in %s', async (_name, retryAfter) => {
    vi.useFakeTimers({ now: Date.parse('2026-11-22T12:00:00Z') })
    onTestFinished(() => void vi.useRealTimers())
    const statuses: number[] = []
    const fetch = async () => {
      statuses.push(statuses.length === 0 ? 503 : 204)
      return new Response(null, { status: statuses.at(-1) ?? 0, headers: { 'retry-after': retryAfter } })
    }
    const taken = httpSink({ url: 'https://collector.example/', fetch, ...quick }).append(entry(1))
    await vi.advanceTimersByTimeAsync(6999)
    expect(statuses).toEqual([503])
    await vi.advanceTimersByTimeAsync(10)
    await taken
    expect(statuses).toEqual([503, 204])
  })

  it.each([
    ['an answer that will not change', { status: 400 }, 'answered 400'],
    ['a redirect', { status: 307, headers: { location: '/elsewhere' } }, 'answered 307'],
  ])('gives up at once on %s', async (_name, answer, fact) => {
    await using server = await receiver(answer)
    const sink = httpSink({ url: server.url, ...quick })
    await expect(sink.append(entry(1))).rejects.toMatchObject({
      code: 'audit_failed',
      message: expect.stringContaining(fact),
    })
    expect(server.received).toHaveLength(1)
  })

  it('gives up on a receiver that never answers, and on one that is not there', async () => {
    const server = await receiver(undefined)
    let attempts = 0
    const counting: typeof fetch = (...input) => {
      attempts += 1
      return fetch(...input)
    }
    const sink = httpSink({ url: server.url, retries: 1, retryDelay: 1, timeout: 50, fetch: counting })
    await expect(sink.append(entry(1))).rejects.toMatchObject({ code: 'audit_failed' })
    expect(attempts).toBe(2)
    await server[Symbol.asyncDispose]()
    await expect(sink.append(entry(2))).rejects.toMatchObject({ code: 'audit_failed' })
  })

  it('refuses more entries than may wait', async () => {
    await using server = await receiver(undefined)
    const sink = httpSink({ url: server.url, retries: 0, timeout: 100, maximumPending: 1 })
    const first = sink.append(entry(1))
    const second = sink.append(entry(2))
    await expect(sink.append(entry(3))).rejects.toMatchObject({
      message: expect.stringContaining('waits already'),
    })
    await Promise.allSettled([first, second])
  })

  it('signs by Standard Webhooks', async () => {
    await using server = await receiver(ok)
    const secret = Buffer.from('a shared secret')
    const sink = httpSink({ url: server.url, secret, clock: () => 1_795_000_000_999, ...quick })
    await sink.append(entry(1))
    const { headers, body } = server.received[0] ?? { headers: {}, body: '' }
    const expected = createHmac('sha256', secret).update(`id-1.1795000000.${body}`).digest('base64')
    expect(headers).toMatchObject({
      'webhook-id': 'id-1',
      'webhook-timestamp': '1795000000',
      'webhook-signature': `v1,${expected}`,
    })
  })
})
