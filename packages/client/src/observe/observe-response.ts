import { bodyScanner, eventScanner, noScanner, type Scanner } from './scanner.ts'
import type { Answer } from './answer.ts'

/** How a body came to its end. */
export type BodyEnd = { type: 'complete' } | { type: 'cancelled' } | { type: 'error'; error: unknown }

/**
 * The same response with its body watched as it is read: nothing is buffered ahead, back-pressure and abort stay as they are.
 *
 * `ended` is called once, when the reader has reached the end, gave up, or was cut off.
 */
export function observeResponse(response: Response, ended: (end: BodyEnd, answer: Answer) => void): Response {
  const body: unknown = response.body
  // Another implementation of fetch may have no body, or one that cannot be watched without taking it from its reader.
  if (!(body instanceof ReadableStream)) {
    ended({ type: 'complete' }, {})
    return response
  }
  const scanner = scannerFor(response.headers.get('content-type') ?? '')
  const reader = (body as NonNullable<Response['body']>).getReader()
  let open = true
  const finish = (end: BodyEnd): void => {
    if (!open) return
    open = false
    ended(end, scanner.end())
  }
  const watched = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (done) {
            finish({ type: 'complete' })
            controller.close()
          } else {
            scanner.scan(value)
            controller.enqueue(value)
          }
        } catch (error) {
          finish({ type: 'error', error })
          controller.error(error)
        }
      },
      cancel(reason) {
        finish({ type: 'cancelled' })
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
  return withBody(response, watched)
}

function scannerFor(type: string): Scanner {
  if (type.includes('text/event-stream')) return eventScanner()
  return type.includes('json') ? bodyScanner() : noScanner
}

/** The response with another body or other headers, its URL kept: a `Response` made by hand has none. */
export function withBody(
  response: Response,
  body: ReadableStream<Uint8Array<ArrayBuffer>> | null,
  headers: Headers = response.headers,
): Response {
  const { status, statusText } = response
  const copy = new Response(body, { status, statusText, headers })
  Object.defineProperty(copy, 'url', { value: response.url })
  Object.defineProperty(copy, 'redirected', { value: response.redirected })
  return copy
}
