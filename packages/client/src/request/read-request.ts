import { actingTools, type ModelCall } from '@policy/core'
import { batchKey, readBatchFile, type BatchFile } from './batch-file.ts'
import { holdBody, type Body } from './body.ts'
import { endpointOf, reads } from './endpoint.ts'
import type { EndpointKind } from './endpoint-table.ts'
import { foldKey } from './fold-key.ts'
import { readForm } from './form-body.ts'
import { readJsonBody, type NamedInBody } from './json-body.ts'
import { modelCall } from './model-call.ts'
import { modelPlace, type ModelPlace } from './model-place.ts'
import { nothing } from './nothing.ts'
import { readRequestPath } from './request-path.ts'
import { readRoutingHeaders } from './routing-headers.ts'
import { selectsModel } from './selects-model.ts'
import { outgoingOf, type OutgoingRequest } from './outgoing-request.ts'
import { unclearReasons, type UnclearRequest } from './unclear-request.ts'

/** A request whose models are known. */
interface ReadCall {
  type: 'call'
  outgoing: OutgoingRequest
  call: ModelCall
  /** How many times a model runs by it: once, except for a batch. */
  runs: number
  /** The lines of a batch, each a call to an endpoint of its own. */
  file?: BatchFile
}

/** What one request asks for. */
export type ReadRequest =
  /** No model can run by it; `endpoint` is where it goes. */
  | { type: 'plain'; outgoing: OutgoingRequest; endpoint: string }
  | ReadCall
  /** A file of calls that a later request will start. */
  | { type: 'batch-file'; outgoing: OutgoingRequest; call: ModelCall; file: BatchFile }
  | UnclearRequest

/** What reading needs besides the request. */
export interface ReadRequestOptions {
  /** The undici dispatcher the client was made with; any other could rewrite the request below the guard. */
  dispatcher: unknown
  /** What is known of an uploaded batch, by its `batchKey`. */
  batchFile: (key: string) => BatchFile | undefined
}

const overrides = ['x-http-method-override', 'x-http-method', 'x-method-override']

/** Read what a `fetch` call asks for from the exact bytes that would leave. `headers` are a copy, free of policy headers. */
export async function readRequest(
  url: string,
  init: RequestInit,
  headers: Headers,
  options: ReadRequestOptions,
): Promise<ReadRequest> {
  const method = String(init.method ?? 'GET').toUpperCase()
  const as = outgoingOf(url, init, headers, method)
  const place = URL.parse(url)
  if (place === null) {
    return {
      type: 'unclear',
      outgoing: as(init.body),
      call: { ...nothing, endpoint: '/' },
      ...unclearReasons.url,
    }
  }
  const path = readRequestPath(place)
  const isRead = reads.has(method) && (init.body === undefined || init.body === null)
  // A server that takes a body with a read may do with it what it does with any other.
  const { endpoint, kind } = endpointOf(
    reads.has(method) && !isRead ? 'POST' : method,
    path ?? { endpoint: place.pathname, tails: [], isDeployment: false },
  )
  const unclear = (parts: Pick<UnclearRequest, 'code' | 'reason' | 'remedy'>, outgoing: OutgoingRequest) =>
    ({ type: 'unclear', outgoing, call: { ...nothing, endpoint }, ...parts }) as const

  if ('dispatcher' in init && init.dispatcher !== undefined && init.dispatcher !== options.dispatcher) {
    return unclear(unclearReasons.dispatcher, as(init.body))
  }
  const override = overrides.find((name) => headers.has(name))
  if (override !== undefined) return unclear(unclearReasons.override(override), as(init.body))
  if (isRead) return { type: 'plain', outgoing: as(init.body), endpoint }
  const routing = readRoutingHeaders(headers)
  if (routing.unclear !== undefined) return unclear(unclearReasons.header(routing.unclear), as(init.body))
  // What is harmless runs no model, so a path that names one is not what it looks like.
  if (kind === 'none' && path && path.model === undefined)
    return { type: 'plain', outgoing: as(init.body), endpoint }

  const held = await holdBody(init.body, { headers, isUpload: kind === 'upload' })
  const outgoing = as(held.send, held.contentType)
  if (!path) return unclear(unclearReasons.path(place.pathname), outgoing)
  if ([...place.searchParams.keys()].some((name) => selectsModel(name)))
    return unclear(unclearReasons.query, outgoing)
  if (kind === 'stored') return unclear(unclearReasons.stored(method, endpoint), outgoing)
  if (kind === 'upload') return readUpload(held, outgoing, endpoint)

  const from = modelPlace(endpoint)
  const named = await readNames(held, from)
  if (!named) return unclear(unclearReasons.body(method, endpoint, held), outgoing)
  const outside = path.model === undefined ? routing.models : [path.model, ...routing.models]
  const models = [...outside, ...named.models]
  if (kind === 'batch') {
    const id = held.type === 'text' ? inputFileId(held.text) : undefined
    const file = id === undefined ? undefined : options.batchFile(batchKey(url, id))
    if (!file) return unclear(unclearReasons.batch, outgoing)
    const lines = { models: [...models, ...file.models], tools: file.tools }
    return { type: 'call', outgoing, call: modelCall(endpoint, lines, named.bytes), runs: file.lines, file }
  }
  // A deployment stands for the model at the top of the body, and for no other.
  const isNamed = named.named || (path.isDeployment && from.path.length === 0 && !from.alwaysKept)
  if (named.kept !== undefined && !isNamed) {
    return unclear(unclearReasons.kept(method, endpoint, named.kept), outgoing)
  }
  const call = modelCall(endpoint, { models, tools: named.tools }, named.bytes)
  if (models.length === 0 && kind === 'names') {
    const acting = actingTools(call)
    // They would be at hand for whatever model runs there later.
    return acting.length === 0
      ? { type: 'plain', outgoing, endpoint }
      : unclear(unclearReasons.tools(method, endpoint, acting), outgoing)
  }
  // What follows a deployment in the path is its operation, or more of its name.
  if (kind === 'unknown' && (models.length === 0 || path.isDeployment)) {
    return unclear(unclearReasons.endpoint(method, endpoint), outgoing)
  }
  return { type: 'call', outgoing, call, runs: held.type === 'text' ? runsOf(kind, endpoint, held.text) : 1 }
}

/** What a body names, and the bytes or text that its digest is over. */
interface ReadNames extends NamedInBody {
  bytes: string | Uint8Array
}

async function readNames(body: Body, place: ModelPlace): Promise<ReadNames | undefined> {
  if (body.type === 'opaque') return undefined
  if (body.type === 'none') return { models: [], tools: [], kept: undefined, named: false, bytes: '' }
  if (body.type === 'form') {
    const form = await readForm(body.send, place)
    return form && { ...form, bytes: form.text }
  }
  const named = readJsonBody(body.text, place)
  return named && { ...named, bytes: body.send }
}

/** A batch is read as it is uploaded: the request that starts it names a file only. */
async function readUpload(body: Body, outgoing: OutgoingRequest, endpoint: string): Promise<ReadRequest> {
  const call = { ...nothing, endpoint }
  if (body.type === 'text' && isForBatch(body.text)) {
    return { type: 'unclear', outgoing, call, ...unclearReasons.parts }
  }
  if (body.type !== 'form' || !body.send.getAll('purpose').includes('batch')) {
    return { type: 'plain', outgoing, endpoint }
  }
  const files = body.send.getAll('file')
  const [content] = files
  const text = files.length === 1 && content instanceof Blob ? await content.text() : ''
  const file = readBatchFile(text)
  if (!file || file.lines === 0) return { type: 'unclear', outgoing, call, ...unclearReasons.lines }
  return { type: 'batch-file', outgoing, call: modelCall(endpoint, file, text), file }
}

function isForBatch(text: string): boolean {
  try {
    const { purpose } = JSON.parse(text) as { purpose?: unknown }
    return purpose === 'batch'
  } catch {
    return false
  }
}

const inputFileId = (text: string): string | undefined => {
  const { input_file_id: id } = JSON.parse(text) as { input_file_id?: unknown }
  return typeof id === 'string' ? id : undefined
}

/** Message batches carry their calls in the request. */
function runsOf(kind: EndpointKind, endpoint: string, text: string): number {
  if (kind !== 'run' || endpoint !== '/messages/batches') return 1
  const body = JSON.parse(text) as Record<string, unknown>
  const requests = Object.entries(body).find(([key]) => foldKey(key) === 'requests')?.[1]
  return Array.isArray(requests) ? Math.max(1, requests.length) : 1
}
