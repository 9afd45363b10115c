import type { ModelCall, PolicyErrorCode } from '@policy/core'
import type { Body } from './body.ts'
import type { OutgoingRequest } from './outgoing-request.ts'

/** A request of which nothing shows what it asks for. */
export interface UnclearRequest {
  type: 'unclear'
  outgoing: OutgoingRequest
  call: ModelCall
  code: PolicyErrorCode
  reason: string
  remedy: string
}

const why = (code: PolicyErrorCode, reason: string, remedy: string) => ({ code, reason, remedy })

/** Every way in which a request leaves open what it asks for. */
export const unclearReasons = {
  dispatcher: why(
    'transport_refused',
    'the request brings its own undici dispatcher, which could change it after the decision',
    'Give the dispatcher to the client (fetchOptions) before wrapping it.',
  ),
  override: (header: string) =>
    why('endpoint_unknown', `the header ${header} makes the method unclear`, 'Send the method itself.'),
  url: why(
    'endpoint_unknown',
    'nothing shows where the request goes: its URL cannot be read',
    'Give the whole URL, with scheme and host.',
  ),
  path: (path: string) =>
    why('endpoint_unknown', `servers may read the path ${path} in more than one way`, 'Write it plainly.'),
  query: why(
    'body_unreadable',
    'the query names a model, which servers may read or not',
    'Name the model in the body.',
  ),
  header: (name: string) =>
    why(
      'body_unreadable',
      `the header ${name} lets a gateway choose what answers, and does not show which model`,
      'Give the settings to the gateway itself and leave the header out; x-portkey-config may also name its models as one JSON object, and a header with a URL may name a server.',
    ),
  kept: (method: string, endpoint: string, kept: string) =>
    why(
      'model_missing',
      `${method} ${endpoint} runs what is kept at the provider (${kept}), under a model that the request does not name`,
      'Name the model in the request as well.',
    ),
  tools: (method: string, endpoint: string, tools: readonly string[]) =>
    why(
      'tool_unauthorized',
      `${method} ${endpoint} leaves tools that act on their own (${tools.join(', ')}) for a model that it does not name`,
      'Give the tools in the request that names the model, under a grant that names them.',
    ),
  stored: (method: string, endpoint: string) =>
    why(
      'model_missing',
      `${method} ${endpoint} runs what is kept at the provider, and the request does not show which model`,
      endpoint.startsWith('/videos/')
        ? 'Make a new video with videos.create, which names its model and takes an image to go by (input_reference): no request to this endpoint can name one.'
        : 'Make the call itself instead, with its model in the request.',
    ),
  batch: why(
    'model_missing',
    'the batch runs a file that did not pass through this guard, so nothing shows its models',
    'Upload the file with files.create (purpose "batch") through this guard first.',
  ),
  parts: why(
    'body_unreadable',
    'a batch that is uploaded in parts cannot be read',
    'Upload it whole, with files.create (purpose "batch").',
  ),
  lines: why(
    'body_unreadable',
    'a line of the batch is not one JSON object that names its model, or its url is not a plain path',
    'Write one JSON object a line, each with its model and the path of its endpoint as url.',
  ),
  body: (method: string, endpoint: string, body: Body) =>
    why(
      'body_unreadable',
      `nothing shows which model ${method} ${endpoint} asks for: ` +
        (body.type === 'opaque' ? body.why : 'its body is not one JSON object with every key once'),
      'Send the body as one plain JSON object (content-type application/json), or a form of known size.',
    ),
  endpoint: (method: string, endpoint: string) =>
    why(
      'endpoint_unknown',
      `${method} ${endpoint} is not known to be harmless, and the request names no model`,
      'Use an endpoint that docs/coverage.md lists, or name the model in the request.',
    ),
}
