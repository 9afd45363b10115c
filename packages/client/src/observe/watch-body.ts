import type { Answer } from './answer.ts'
import type { Scanner } from './scanner.ts'

/** How a body came to its end; nobody saw that of one that is `unwatched`. */
export type BodyEnd =
  | { type: 'complete' }
  | { type: 'cancelled' }
  | { type: 'unwatched' }
  | { type: 'error'; error: unknown }

/** Told once of a body's end and of what it told. */
export type BodyEnded = (end: BodyEnd, answer: Answer) => void

/** The same body, looked at as it is read: nothing is buffered ahead, back-pressure and abort stay as they are. */
export function watchBody(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  scanner: Scanner,
  ended: BodyEnded,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader()
  let open = true
  const finish = (end: BodyEnd): void => {
    if (!open) return
    open = false
    ended(end, scanner.end())
  }
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (done) {
            finish({ type: 'complete' })
            controller.close()
          } else {
            // its reader may let go of a stream right there, and its process may exit
            if (scanner.scan(value)) finish({ type: 'complete' })
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
}
