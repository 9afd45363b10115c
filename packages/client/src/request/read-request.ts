import { hash } from 'node:crypto'
import type { Digest, ModelCall, PolicyErrorCode } from '@policy/core'
import { holdBody, type Body } from './body.ts'
import { carriesMedia, endpointKind, type EndpointKind } from './endpoint.ts'
import { readForm } from './form-body.ts'
import { readJsonBody, selectsModel } from './json-body.ts'
import { nothing } from './nothing.ts'
import { readRequestPath } from './request-path.ts'

/** A request as it will leave: nothing in it can change any more. */
export interface OutgoingRequest {
  url: string
  init: RequestInit
}

/** What one request asks for. */
export type ReadRequest =
  /** No model can run by it. */
  | { type: 'plain'; outgoing: OutgoingRequest }
  /** A model may run by it. */
  | { type: 'call'; outgoing: OutgoingRequest; call: ModelCall; kind: EndpointKind }
  /** Nothing shows what it asks for. */
  | {
      type: 'unclear'
      outgoing: OutgoingRequest
      call: ModelCall
      code: PolicyErrorCode
      reason: string
      remedy: string
    }

/** What reading needs besides the request. */
export interface ReadRequestOptions {
  /** The undici dispatcher the client was made with; any other could rewrite the request below the guard. */
  dispatcher?: unknown
}

const overrides = ['x-http-method-override', 'x-http-method', 'x-method-override']

/** Read what a `fetch` call asks for from the exact bytes that would leave. `headers` are a copy, free of policy headers. */
export async function readRequest(
  url: string,
  init: RequestInit,
  headers: Headers,
  options: ReadRequestOptions = {},
): Promise<ReadRequest> {
  const method = (init.method ?? 'GET').toUpperCase()
  const place = new URL(url)
  const path = readRequestPath(place)
  const held = await holdBody(init.body, headers)
  const outgoing = hold(url, init, headers, held, method)
  const call: ModelCall = { ...nothing, endpoint: path?.endpoint ?? place.pathname }
  const unclear = (code: PolicyErrorCode, reason: string, remedy: string): ReadRequest => ({
    type: 'unclear',
    outgoing,
    call,
    code,
    reason,
    remedy,
  })

  if ('dispatcher' in init && init.dispatcher !== undefined && init.dispatcher !== options.dispatcher) {
    return unclear(
      'transport_refused',
      'The request brings its own undici dispatcher, which could change it after the decision.',
      'Give the dispatcher to the client (fetchOptions) before wrapping it.',
    )
  }
  const override = overrides.find((name) => headers.has(name))
  if (override !== undefined) {
    return unclear(
      'endpoint_unknown',
      `The header ${override} makes the method unclear.`,
      'Send the method itself.',
    )
  }
  if (!path) {
    return unclear(
      'endpoint_unknown',
      `The path ${place.pathname} can be read in more than one way.`,
      'Write it plainly.',
    )
  }
  const kind = endpointKind(method, path.endpoint)
  if (kind === 'none' && held.type === 'none') return { type: 'plain', outgoing }
  if ([...place.searchParams.keys()].some(selectsModel)) {
    return unclear(
      'body_unreadable',
      'The query names a model, which servers may read or not.',
      'Name it in the body.',
    )
  }

  if (kind === 'stored' || kind === 'batch') {
    return unclear(
      'model_missing',
      `${method} ${path.endpoint} runs something kept at the provider, and the request does not show which model.`,
      'Make the call itself instead, with its model in the request.',
    )
  }
  if (kind === 'upload') return { type: 'plain', outgoing }

  const read = await readNames(held)
  if (!read) {
    if (carriesMedia(path.endpoint)) return { type: 'plain', outgoing }
    const why = held.type === 'opaque' ? held.why : 'its body is not one JSON object with every key once'
    return unclear(
      'body_unreadable',
      `Nothing shows which model ${method} ${path.endpoint} asks for: ${why}.`,
      'Send the body as one plain JSON object (content-type application/json).',
    )
  }
  call.models = path.deployment === undefined ? read.models : [path.deployment, ...read.models]
  call.tools = read.tools
  call.bodyDigest = read.bodyDigest
  call.bodyBytes = read.bodyBytes

  if (call.models.length === 0) {
    if (kind === 'none' || kind === 'names') return { type: 'plain', outgoing }
    if (kind === 'unknown') {
      return unclear(
        'endpoint_unknown',
        `${method} ${path.endpoint} is not known to be harmless, and the request names no model.`,
        'Use an endpoint that is documented as covered, or name the model in the request.',
      )
    }
  }
  return { type: 'call', outgoing, call, kind }
}

/** A fresh init, so that no later change of the caller's objects reaches the wire. */
function hold(url: string, init: RequestInit, headers: Headers, body: Body, method: string): OutgoingRequest {
  const { body: _body, headers: _headers, ...rest } = init
  const outgoing: RequestInit = { ...rest, headers }
  if (body.type === 'form') outgoing.body = body.form
  else if (body.type !== 'none') outgoing.body = body.send as NonNullable<RequestInit['body']>
  // A followed 307 would carry the body to another endpoint without asking again.
  if (method !== 'GET' && method !== 'HEAD' && rest.redirect !== 'error') outgoing.redirect = 'manual'
  return { url, init: outgoing }
}

type ReadNames = Omit<ModelCall, 'endpoint'>

async function readNames(body: Body): Promise<ReadNames | undefined> {
  if (body.type === 'opaque') return undefined
  if (body.type === 'none') return nothing
  if (body.type === 'form') {
    const form = await readForm(body.form)
    return form && { ...form, bodyDigest: digest(form.text), bodyBytes: Buffer.byteLength(form.text) }
  }
  const named = readJsonBody(body.text)
  return named && { ...named, bodyDigest: digest(body.send), bodyBytes: Buffer.byteLength(body.send) }
}

function digest(data: string | Uint8Array): Digest {
  return `sha256:${hash('sha256', data)}`
}
