import { AsyncLocalStorage } from 'node:async_hooks'
import type { CallContext } from '@policy/core'
import { layContexts } from '../guard/call-context.ts'
import type { GuardState } from '../guard/guard-state.ts'
import { startCall } from '../guard/logical-call.ts'
import { ownCall } from '../guard/own-call.ts'
import type { Fetch } from '../guard/fetch.ts'
import { sendCall } from '../guard/send-call.ts'
import { failCall } from '../guard/finish-call.ts'
import { wayOut, type WayOut } from '../guard/way-out.ts'
import { deniedErrorMaker } from '../refusal/denied-error-maker.ts'
import { refusalOf } from '../refusal/refusal-response.ts'
import { takePolicyHeaders } from '../request/policy-headers.ts'
import { assertOneWayOut } from './assert-one-way-out.ts'
import { bindCall, boundTo, callOf, sendBound } from './bound-call.ts'
import { replaceAlias } from './replace-alias.ts'
import {
  sdkClient,
  unsupported,
  type SdkClient,
  type SdkRequest,
  type SdkRequestOptions,
} from './sdk-client.ts'
import { refuseTransport } from './transport-refusal.ts'

/** What wrapping needs of the guard. */
export interface WrapClientOptions {
  state: GuardState
  /** The context of a call made now by a client that is bound to one. */
  contextOf: (bound: CallContext) => CallContext
  /** What holds for every call of this client. */
  context: CallContext | undefined
}

/** What makes a copy: how it leaves, and through which dispatcher. */
interface Way extends WayOut {
  dispatcher: unknown
}

/**
 * A guarded copy of an SDK client.
 *
 * Three layers, each an own property that cannot be changed: hooks that bind a request to its call, a `fetch` that decides on the
 * final bytes, and seals on the credentials that WebSocket classes ask for.
 */
export function wrapClient<Client extends object>(client: Client, options: WrapClientOptions): Client {
  const original = sdkClient(client)
  const way = wayOut(options.state, original.fetch, options.context)
  const { dispatcher } = original.fetchOptions ?? {}
  return guardedCopy(original, {}, { ...way, dispatcher }, options) as unknown as Client
}

function guardedCopy(from: SdkClient, changes: object, way: Way, options: WrapClientOptions): SdkClient {
  const { state } = options
  const { next, context, dispatcher } = way
  const contextNow = () => options.contextOf(context)
  /** Set while the SDK builds a request, which is when it asks for the headers that show who it is, and they for the key. */
  const building = new AsyncLocalStorage<'request' | 'credentials'>()
  const fetch: Fetch = async function guardedFetch(input, init) {
    return sendCall(state, {
      input,
      init,
      next,
      dispatcher,
      call: ownCall(state, boundTo(init), contextNow),
    })
  }
  state.guarded.set(fetch, { next, context })
  const copy = copyOf(from, { ...changes, fetch })
  if (copy.fetch !== fetch) throw unsupported('its constructor does not take the `fetch` it is given')
  assertOneWayOut(copy)

  const denied = deniedErrorMaker(copy.constructor.PermissionDeniedError)
  const inherited = { ...unbound(copy) }

  /** Credentials are for requests that the SDK builds; WebSocket classes ask for them on their own, or from within a body's `toJSON`. */
  const credentials = <Args extends unknown[], Result>(
    give: (...args: Args) => Result,
    isExpected: () => boolean,
  ) =>
    function guardedCredentials(...args: Args): Result {
      if (!isExpected()) {
        const refusal = refuseTransport(state, contextNow())
        if (!state.observing) throw denied(refusal, {}, new Headers())
      }
      return building.run('credentials', () => give.apply(copy, args))
    }

  const layers = {
    fetch,
    withOptions(later: { fetch?: Fetch }) {
      const other = later.fetch && wayOut(state, later.fetch)
      const through = other && { next: other.next, context: layContexts(context, other.context) }
      return guardedCopy(copy, later, { ...way, ...through }, options)
    },

    /** Every call and every retry of it comes through here; a retry names the attempt before it. */
    async makeRequest(given: unknown, retriesRemaining: number | null, retryOf: string | undefined) {
      const made = contextNow()
      const carried = (await given) as SdkRequestOptions
      // The caller keeps the options it gave, so each call gets its own: options used twice are two calls.
      const request = retryOf === undefined ? bindCall(carried, startCall(state, made, true)) : carried
      try {
        return await inherited.makeRequest.call(copy, request, retriesRemaining, retryOf)
      } catch (error) {
        // Retries nest in the attempt before them, so the first to fail for good is the last word on the call.
        const call = callOf(request)
        if (call) failCall(state, call)
        throw error
      }
    },
    prepareOptions(request: SdkRequestOptions) {
      const call = callOf(request)
      const alias = replaceAlias(request, state.policy)
      if (call && alias !== undefined) call.alias = alias
      return inherited.prepareOptions.call(copy, request)
    },
    buildRequest(request: SdkRequestOptions, about?: { retryCount?: number }) {
      const call = callOf(request)
      if (call) {
        call.mayRetry = () => mayRetryBody(request, copy.maxRetries, about?.retryCount ?? 0)
        // The SDK aborts its own signal at a timeout, and when a stream's reader breaks off.
        call.isCancelled = (signal) =>
          request.signal?.aborted === true || (request.stream === true && signal?.aborted === true)
      }
      return building.run('request', () => inherited.buildRequest.call(copy, request, about))
    },
    async prepareRequest(request: SdkRequest, about: { url: string; options: SdkRequestOptions }) {
      if (!(request.headers instanceof Headers)) request.headers = new Headers(request.headers)
      // Before anybody signs the request, so that what is taken out is not part of a signature; a subclass may add its own.
      const said = takePolicyHeaders(request.headers)
      await inherited.prepareRequest.call(copy, request, about)
      const call = callOf(about.options)
      if (!call) return
      call.said = layContexts(call.said, said)
      call.context = layContexts(call.context, said)
      sendBound(request, about.options)
    },
    makeStatusError(status: number, body: { error?: object }, message: string | undefined, headers: Headers) {
      const refusal = refusalOf(headers)
      if (refusal) return denied(refusal, body.error ?? body, headers)
      return inherited.makeStatusError.call(copy, status, body, message, headers)
    },
    // The SDK's own, as they are: nothing given later may take their place.
    retryRequest: copy.retryRequest,
    fetchWithAuth: copy.fetchWithAuth,
    fetchWithTimeout: copy.fetchWithTimeout,
    authHeaders: credentials(inherited.authHeaders, () => building.getStore() === 'request'),
    _callApiKey: credentials(inherited._callApiKey, () => building.getStore() === 'credentials'),
    _buildWebSocketHeaders: credentials(inherited._buildWebSocketHeaders, () => false),
  }
  for (const [name, value] of Object.entries(layers)) {
    Object.defineProperty(copy, name, { value, writable: false, configurable: false, enumerable: false })
  }
  return copy
}

/** A copy by the class's own `withOptions`, never by one that a guard put in its place. */
function copyOf(from: SdkClient, changes: object): SdkClient {
  const { withOptions } = Object.getPrototypeOf(from) as SdkClient
  const configured = from._options.apiKey
  const rotated =
    typeof configured === 'string' && typeof from.apiKey === 'string' && from.apiKey !== configured
  try {
    return sdkClient(withOptions.call(from, { ...(rotated && { apiKey: from.apiKey }), ...changes }))
  } catch (cause) {
    throw unsupported(cause instanceof Error ? cause.message : String(cause), cause)
  }
}

/** The methods as the class has them, before the layers are laid over. */
function unbound(client: SdkClient) {
  const { makeRequest, prepareOptions, prepareRequest, buildRequest, makeStatusError } = client
  const { authHeaders, _callApiKey, _buildWebSocketHeaders } = client
  return {
    makeRequest,
    prepareOptions,
    prepareRequest,
    buildRequest,
    makeStatusError,
    authHeaders,
    _callApiKey,
    _buildWebSocketHeaders,
  }
}

/** Whether the SDK asks again when the body of an answer stalls past the timeout: never for streams. */
const mayRetryBody = (request: SdkRequestOptions, maxRetries: number, retryCount: number): boolean =>
  request.stream !== true &&
  request.__binaryResponse !== true &&
  request.signal?.aborted !== true &&
  retryCount < (request.maxRetries ?? maxRetries)
