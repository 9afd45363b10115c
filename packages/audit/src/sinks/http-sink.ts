import { createHmac } from 'node:crypto'
import { countOf, PolicyError, type Clock } from '@policy/core'
import pRetry, { AbortError } from 'p-retry'
import type { AuditEntry } from '../entry/entry.ts'
import type { AuditSink } from './sink.ts'
import { takeBatch } from './take-batch.ts'

/** Where batches are sent, how they prove who sent them, and how long is tried. */
export interface HttpSinkOptions {
  /** Where batches are posted; 2xx means taken. */
  url: string
  /** Sent with every request, such as `authorization`. */
  headers?: Readonly<Record<string, string>>
  /** Signs each request by Standard Webhooks 1.0: `webhook-id`, `webhook-timestamp`, `webhook-signature` (HMAC-SHA-256). */
  secret?: Uint8Array
  /** How often a batch is sent again after a failure that may pass. @default 5 */
  retries?: number
  /** Milliseconds before the first retry; doubled for each further one, with jitter. @default 500 */
  retryDelay?: number
  /** Milliseconds that one attempt may take. @default 10,000 */
  timeout?: number
  /** How many entries may wait; a further one is refused at once. @default 10,000 */
  maximumPending?: number
  /** @default globalThis.fetch */
  fetch?: typeof fetch
  /** @default Date.now */
  clock?: Clock
}

interface Waiting {
  entry: AuditEntry
  resolve: () => void
  reject: (error: unknown) => void
}

const longestRetryAfter = 60_000
const mayPass = new Set([408, 425, 429, 500, 502, 503, 504])

/**
 * Post entries as batches of CloudEvents, in order, one request at a time, at least once: the receiver tells doubles by `id`.
 *
 * Failures that may pass are retried with jitter, no sooner than `Retry-After` asks. Redirects are not followed.
 *
 * @throws nothing itself; `append` and `flush` reject with `audit_failed` when the receiver did not take the entries.
 */
export function httpSink(options: HttpSinkOptions): AuditSink {
  const { url, headers = {}, secret, retries = 5, retryDelay = 500, timeout = 10_000 } = options
  const { maximumPending = 10_000, fetch = globalThis.fetch, clock = Date.now } = options
  const name = `http ${new URL(url).host}`
  const waiting: Waiting[] = []
  let pumping: Promise<void> | undefined

  async function pump(): Promise<void> {
    while (waiting.length > 0) {
      const batch = takeBatch(waiting, ({ entry }) => entry.line)
      try {
        await post(batch.map(({ entry }) => entry))
        for (const { resolve } of batch) resolve()
      } catch (cause) {
        for (const { reject } of batch) reject(notTaken(name, cause))
      }
    }
    pumping = undefined
  }

  async function post(entries: readonly AuditEntry[]): Promise<void> {
    const body = `[${entries.map(({ line }) => line).join(',')}]`
    const id = entries[0]?.event.id ?? ''
    await pRetry(() => attempt(id, body), {
      retries,
      minTimeout: retryDelay,
      randomize: true,
      onFailedAttempt: ({ error, retriesLeft }) => {
        if (error instanceof Unavailable && retriesLeft > 0) return sleep(error.retryAfter)
      },
    })
  }

  async function attempt(id: string, body: string): Promise<void> {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/cloudevents-batch+json; charset=utf-8',
        'idempotency-key': id,
        ...(secret && signature(secret, id, clock(), body)),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    })
    await response.body?.cancel()
    if (response.ok) return
    if (mayPass.has(response.status)) throw new Unavailable(response, clock())
    throw new AbortError(`it answered ${response.status}`)
  }

  return {
    name,
    append: (entry) =>
      new Promise((resolve, reject) => {
        if (waiting.length >= maximumPending)
          return reject(
            notTaken(name, new Error(`${countOf(waiting.length, 'entry waits', 'entries wait')} already`)),
          )
        waiting.push({ entry, resolve, reject })
        pumping ??= pump()
      }),
    async flush() {
      await pumping
    },
    async close() {
      await pumping
    },
  }
}

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))

/** An answer after which another attempt is worth making. */
class Unavailable extends Error {
  /** Milliseconds to wait first, as `Retry-After` asks (RFC 9110, section 10.2.3), within reason. */
  readonly retryAfter: number

  constructor(response: Response, now: number) {
    super(`it answered ${response.status}`)
    const asked = response.headers.get('retry-after') ?? '0'
    const wait = /^\d+$/.test(asked) ? Number(asked) * 1000 : Date.parse(asked) - now
    this.retryAfter = Number.isNaN(wait) ? 0 : Math.min(Math.max(wait, 0), longestRetryAfter)
  }
}

function signature(secret: Uint8Array, id: string, now: number, body: string): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000))
  const hmac = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${hmac}` }
}

function notTaken(name: string, cause: unknown): PolicyError {
  const fact = cause instanceof Error ? cause.message : String(cause)
  return new PolicyError('audit_failed', `The audit sink ${name} did not take entries: ${fact}.`, {
    cause,
    remedy: 'Look whether the receiver is up and accepts what this process sends.',
  })
}
