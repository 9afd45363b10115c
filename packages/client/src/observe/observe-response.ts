import { observeWhole } from './observe-whole.ts'
import { bodyScanner, eventScanner, noScanner } from './scanner.ts'
import { watchBody, type BodyEnded } from './watch-body.ts'
import { withBody } from './with-body.ts'

/**
 * The response, watched as its body is read: nothing is buffered that its reader does not buffer.
 *
 * `ended` is called once, when the reader has reached the end, gave up, or was cut off; at once where a body cannot be watched.
 */
export function observeResponse(response: Response, ended: BodyEnded): Response {
  const { body } = response
  // Another implementation of fetch may have no body, or one that cannot be watched without taking it from its reader.
  if (!(body instanceof ReadableStream)) {
    ended({ type: body === null ? 'complete' : 'unwatched' }, {})
    return response
  }
  const type = response.headers.get('content-type') ?? ''
  if (type.includes('text/event-stream')) return withBody(response, watchBody(body, eventScanner(), ended))
  const isJson = type.includes('json')
  // A response with a `text` of its own, such as one that another guard observes, has its own idea of its body.
  if (!(response instanceof Response) || Object.hasOwn(response, 'text')) {
    return withBody(response, watchBody(body, isJson ? bodyScanner() : noScanner, ended))
  }
  return observeWhole(response, isJson, ended)
}
