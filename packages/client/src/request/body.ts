import { Buffer } from 'node:buffer'

/** A request body that can be read, held so that nobody can change it between the decision and the wire. */
export type Body =
  | { type: 'none' }
  | { type: 'text'; text: string; send: string | Uint8Array<ArrayBuffer> }
  | { type: 'form'; form: FormData }
  | { type: 'opaque'; why: string; send: unknown }

const json = /^application\/(?:[\w.+-]+\+)?json(?:\s*;\s*charset="?utf-8"?)?\s*$/i

/** Take hold of a body as `fetch` was given it; `headers` are the request's own. */
export async function holdBody(body: unknown, headers: Headers): Promise<Body> {
  if (body === undefined || body === null) return { type: 'none' }
  const encoding = headers.get('content-encoding')
  if (encoding !== null && encoding !== 'identity') return opaque(`its body is encoded (${encoding})`, body)
  if (body instanceof FormData) return { type: 'form', form: copyForm(body) }
  if (body instanceof URLSearchParams) return opaque('its body is a web form', new URLSearchParams(body))
  const bytes = typeof body === 'string' ? body : await bytesOf(body)
  if (bytes === undefined) return opaque('its body is a stream', body)
  const type = headers.get('content-type') ?? (body instanceof Blob ? body.type : '')
  if (!json.test(type))
    return opaque(`its content type is ${type === '' ? 'missing' : type}, not JSON`, bytes)
  if (typeof bytes === 'string') return { type: 'text', text: bytes, send: bytes }
  try {
    return {
      type: 'text',
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
      send: bytes,
    }
  } catch {
    return opaque('its body is not UTF-8', bytes)
  }
}

const opaque = (why: string, send: unknown): Body => ({ type: 'opaque', why, send })

/** A copy of the bytes, because the caller keeps a hand on the original. */
async function bytesOf(body: unknown): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (ArrayBuffer.isView(body))
    return new Uint8Array(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
  if (body instanceof ArrayBuffer) return new Uint8Array(body.slice(0))
  if (body instanceof Blob) return new Uint8Array(await body.arrayBuffer())
  return undefined
}

function copyForm(form: FormData): FormData {
  const copy = new FormData()
  for (const [name, value] of form) {
    if (typeof value === 'string') copy.append(name, value)
    else copy.append(name, value, value.name)
  }
  return copy
}
