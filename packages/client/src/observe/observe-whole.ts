import { bodyScanner, noScanner, readBody } from './scanner.ts'
import { watchBody, type BodyEnd, type BodyEnded } from './watch-body.ts'
import { withBody } from './with-body.ts'

const native = Response.prototype
const bytes = ['arrayBuffer', 'bytes', 'blob', 'formData', 'clone'] as const

/**
 * The response itself, its ways of reading the body watched.
 *
 * Text and JSON are read by the response's own code, at a fraction of what a stream of ours would cost; whoever wants bytes or the
 * stream gets those of a watched copy.
 */
export function observeWhole(response: Response, isJson: boolean, ended: BodyEnded): Response {
  const { body } = response
  let isRead = false
  let copy: Response | undefined
  const watched = (): Response => {
    copy ??= withBody(response, body && watchBody(body, isJson ? bodyScanner() : noScanner, ended))
    return copy
  }
  const text = async (): Promise<string> => {
    if (copy) return copy.text()
    // A body is read once; a second reader fails as it would without us.
    if (isRead) return native.text.call(response)
    isRead = true
    let end: BodyEnd = { type: 'complete' }
    let whole = ''
    try {
      whole = await native.text.call(response)
      return whole
    } catch (error) {
      end = { type: 'error', error }
      throw error
    } finally {
      ended(end, isJson ? readBody(whole) : {})
    }
  }
  const own = (name: string, property: PropertyDescriptor): void => {
    Object.defineProperty(response, name, { ...property, configurable: true })
  }
  own('text', { value: text })
  own('json', { value: async () => JSON.parse(await text()) as unknown })
  for (const name of bytes) {
    const plain: () => unknown = native[name]
    own(name, { value: () => (isRead ? plain.call(response) : watched()[name]()) })
  }
  own('body', { get: () => (isRead ? body : watched().body) })
  own('bodyUsed', { get: () => isRead || copy?.bodyUsed === true })
  return response
}
