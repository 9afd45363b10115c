import { Buffer } from 'node:buffer'

/** A request body that can be read, held so that nobody can change it between the decision and the wire. */
export type Body =
  | { type: 'none'; send: undefined; contentType?: undefined }
  | { type: 'text'; text: string; send: string | Uint8Array<ArrayBuffer>; contentType?: string }
  | { type: 'form'; send: FormData; contentType?: undefined }
  | { type: 'opaque'; why: string; send: unknown; contentType?: string }

const json = /^application\/(?:[\w.+-]+\+)?json(?:\s*;\s*charset="?utf-8"?)?\s*$/i

/** What taking hold of a body needs to know of its request. */
export interface HoldBodyOptions {
  /** The request's own; a `contentType` of the body is one that they do not say. */
  headers: Headers
  /** Whether the request stores a file only: then a large one stays where it is, unless it is the lines of a batch. */
  isUpload: boolean
}

/** Take hold of a body as `fetch` was given it. */
export async function holdBody(body: unknown, { headers, isUpload }: HoldBodyOptions): Promise<Body> {
  if (body === undefined || body === null) return { type: 'none', send: undefined }
  const encoding = headers.get('content-encoding')
  if (encoding !== null && encoding !== 'identity') return opaque(`its body is encoded (${encoding})`, body)
  if (body instanceof FormData) return { type: 'form', send: await copyForm(body, isUpload) }
  if (body instanceof URLSearchParams) return opaque('its body is a web form', new URLSearchParams(body))
  const own = body instanceof Blob && !headers.has('content-type') ? body.type : ''
  const bytes = typeof body === 'string' ? body : await bytesOf(body)
  if (bytes === undefined) return opaque('its body is a stream', body)
  const type = headers.get('content-type') ?? own
  const sent = { send: bytes, ...(own !== '' && { contentType: own }) }
  if (!json.test(type)) {
    const why = `its content type is ${type === '' ? 'missing' : type}, not JSON`
    return { type: 'opaque', why, ...sent }
  }
  const text = typeof bytes === 'string' ? bytes : utf8(bytes)
  if (text === undefined) return { type: 'opaque', why: 'its body is not UTF-8', ...sent }
  return { type: 'text', text, ...sent }
}

const opaque = (why: string, send: unknown): Body => ({ type: 'opaque', why, send })

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** A copy of the bytes, because the caller keeps a hand on the original, and on its methods. */
async function bytesOf(body: unknown): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (ArrayBuffer.isView(body))
    return new Uint8Array(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
  if (body instanceof ArrayBuffer) return new Uint8Array(new Uint8Array(body))
  if (body instanceof Blob) return contentOf(body)
  return undefined
}

/** What a Blob holds, whatever the methods of its own class would say. */
const contentOf = async (blob: Blob) => new Uint8Array(await Blob.prototype.arrayBuffer.call(blob))

/** A file on disk can be written between the decision and the wire, so what is decided on is held in memory. */
async function copyForm(form: FormData, isUpload: boolean): Promise<FormData> {
  const copy = new FormData()
  const fields = [...form]
  const isStored = isUpload && !fields.some(([name, value]) => name === 'purpose' && value === 'batch')
  for (const [name, value] of fields) {
    if (typeof value === 'string') copy.append(name, value)
    else if (isStored) copy.append(name, value, value.name)
    else copy.append(name, new File([await contentOf(value)], value.name, { type: value.type }))
  }
  return copy
}
