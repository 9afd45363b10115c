import type { LogicalCall } from '../guard/logical-call.ts'
import type { SdkRequest, SdkRequestOptions } from './sdk-client.ts'

/** Where the SDK's options and requests carry a token of the call they belong to. */
const tokenKey: unique symbol = Symbol('model-policy.call')

// Hooks and methods of the SDK see whatever its options carry, so that is an empty token: the call itself is out of their reach.
const calls = new WeakMap<object, LogicalCall>()

/** Options of a request that belong to a call, through all attempts. */
export function bindCall(request: SdkRequestOptions, call: LogicalCall): SdkRequestOptions {
  const token = Object.freeze({})
  calls.set(token, call)
  return { ...request, __metadata: { ...request.__metadata, [tokenKey]: token } }
}

/** The call that options belong to. */
export const callOf = (request: SdkRequestOptions): LogicalCall | undefined =>
  callBehind(request.__metadata?.[tokenKey])

/** Have a request take the token in its options along to `fetch`, whatever async context that runs in. */
export function sendBound(request: SdkRequest, options: SdkRequestOptions): void {
  Object.assign(request, { [tokenKey]: options.__metadata?.[tokenKey] })
}

/** The call that a request on its way to `fetch` belongs to; none where the SDK was entered by a side door. */
export const boundTo = (init: RequestInit | undefined): LogicalCall | undefined =>
  callBehind((init as { [tokenKey]?: unknown } | undefined)?.[tokenKey])

const callBehind = (token: unknown): LogicalCall | undefined =>
  typeof token === 'object' && token !== null ? calls.get(token) : undefined
