import { PolicyError } from '@policy/core'
import type { StatusErrorClass } from '../refusal/denied-error-maker.ts'
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
  retryRequest(...rest: unknown[]): Promise<unknown>
  fetchWithAuth(...rest: unknown[]): Promise<unknown>
  fetchWithTimeout(...rest: unknown[]): Promise<unknown>
  prepareOptions(options: SdkRequestOptions): Promise<void>
  prepareRequest(request: SdkRequest, about: { url: string; options: SdkRequestOptions }): Promise<void>
  buildRequest(options: SdkRequestOptions, about?: { retryCount?: number }): Promise<unknown>
  authHeaders(...rest: unknown[]): Promise<unknown>
  makeStatusError(status: number, error: object, message: string | undefined, headers: Headers): Error
  _callApiKey(...rest: unknown[]): Promise<unknown>
  _buildWebSocketHeaders(...rest: unknown[]): unknown
}

/** The methods by which the SDK sends, from a request's options down to `fetch`. */
export const sending = ['makeRequest', 'retryRequest', 'fetchWithAuth', 'fetchWithTimeout'] as const

const methods = [
  ...sending,
  'withOptions',
  'prepareOptions',
  'prepareRequest',
  'buildRequest',
  'authHeaders',
  'makeStatusError',
  '_callApiKey',
  '_buildWebSocketHeaders',
  'fetch',
] as const

/**
 * The oldest release of `openai` whose ways out all pass the layers, WebSockets included. Of a later 7.x than the newest tested nobody knows that:
 * it is wrapped where it has every part that the layers hold, and what is new in it may lead round them.
 */
const supported = { major: 7, minor: 47 }

/** The client seen from inside; throws `client_unsupported` when a part is missing that the guard must hold, or a release is not known. */
export function sdkClient(client: unknown): SdkClient {
  const inside = client as SdkClient
  const missing = methods.filter((method) => typeof inside[method] !== 'function')
  if (missing.length > 0 || typeof inside.constructor.PermissionDeniedError !== 'function') {
    throw unsupported(`it has no ${missing.join(', ') || 'PermissionDeniedError'}`)
  }
  const [release = 'unknown', major, minor] = releaseOf(inside)
  if (Number(major) !== supported.major || !(Number(minor) >= supported.minor)) {
    throw unsupported(
      `it is of openai ${release}, and only ${supported.major}.${supported.minor} and later 7.x are known`,
    )
  }
  return inside
}

/** The release that the SDK's own class tells, whatever a subclass says of itself. */
function releaseOf(client: object): readonly string[] {
  const own = sdkPrototype(client) as { getUserAgent?: () => string } | undefined
  return (
    /(?<=\/JS )(\d+)\.(\d+)\.\S*/.exec(String(own?.getUserAgent?.call({ constructor: { name: '' } }))) ?? []
  )
}

/** The prototype of the SDK's own base class, where the chain of every subclass starts. */
export function sdkPrototype(client: object): object | undefined {
  let base: object | undefined
  for (let at: unknown = client; typeof at === 'object' && at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, 'makeRequest') && Object.hasOwn(at, 'getUserAgent')) base = at
  }
  return base
}

/** The error for a client that would be guarded only in part. */
export function unsupported(
  why: string,
  cause?: unknown,
  remedy = 'Update openai to 7.47 or later, or give guard.wrapFetch(fetch) to another SDK.',
): PolicyError {
  return new PolicyError('client_unsupported', `This client cannot be guarded without a gap: ${why}.`, {
    cause,
    remedy,
  })
}
