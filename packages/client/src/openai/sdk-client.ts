import { PolicyError } from '@policy/core'
import type { StatusErrorClass } from '../refusal/policy-denied-error.ts'
import type { Fetch } from '../guard/fetch.ts'

/** Options of one request as the SDK carries them through its attempts. */
export interface SdkRequestOptions {
  method: string
  path: string
  body?: unknown
  stream?: boolean
  signal?: AbortSignal | null
  maxRetries?: number
  __metadata?: Record<PropertyKey, unknown>
  __binaryResponse?: boolean
}

/** A request the SDK has built, on its way to `fetch`. */
export type SdkRequest = RequestInit & { headers: Headers }

/** The parts of the SDK's client that the guard works with, some of which its types keep private. */
export interface SdkClient {
  apiKey: string | null
  maxRetries: number
  fetch: Fetch
  fetchOptions?: { dispatcher?: unknown }
  _options: { apiKey?: unknown }
  constructor: { PermissionDeniedError: StatusErrorClass }
  withOptions(options: object): SdkClient
  makeRequest(
    options: unknown,
    retriesRemaining: number | null,
    retryOf: string | undefined,
  ): Promise<unknown>
  prepareOptions(options: SdkRequestOptions): Promise<void>
  prepareRequest(request: SdkRequest, about: { url: string; options: SdkRequestOptions }): Promise<void>
  buildRequest(options: SdkRequestOptions, about?: { retryCount?: number }): Promise<unknown>
  fetchWithAuth(url: unknown, request: SdkRequest, ...rest: unknown[]): Promise<Response>
  authHeaders(...rest: unknown[]): Promise<unknown>
  makeStatusError(status: number, error: object, message: string | undefined, headers: Headers): Error
  _callApiKey(...rest: unknown[]): Promise<unknown>
  _buildWebSocketHeaders(...rest: unknown[]): unknown
}

const methods = [
  'withOptions',
  'makeRequest',
  'prepareOptions',
  'prepareRequest',
  'buildRequest',
  'fetchWithAuth',
  'authHeaders',
  'makeStatusError',
  '_callApiKey',
  '_buildWebSocketHeaders',
  'fetch',
] as const

/** The client seen from inside; throws `client_unsupported` when a part is missing that the guard must hold. */
export function sdkClient(client: unknown): SdkClient {
  const inside = client as SdkClient
  const missing = methods.filter((method) => typeof inside[method] !== 'function')
  if (missing.length > 0 || typeof inside.constructor.PermissionDeniedError !== 'function') {
    throw unsupported(`it has no ${missing.join(', ') || 'PermissionDeniedError'}`)
  }
  return inside
}

/** The error for a client that would be guarded only in part. */
export function unsupported(why: string, cause?: unknown): PolicyError {
  return new PolicyError('client_unsupported', `This client cannot be guarded without a gap: ${why}.`, {
    cause,
    remedy: 'Wrap a client of openai 7, or give guard.wrapFetch(fetch) to another SDK.',
  })
}
