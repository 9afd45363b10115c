import { readJsonBody } from './json-body.ts'
import { readRequestPath } from './request-path.ts'
import { selectsModel } from './selects-model.ts'

/** Headers that hold a gateway's settings as JSON, or the name of settings that the gateway keeps. */
const settings = new Set(['x-portkey-config'])

/** Helicone sends a request that fails to other servers, with what the header changes in its body. */
const elsewhere = 'helicone-fallbacks'

/** Headers that say to which server a gateway hands the request on. */
const onward = new Set(['helicone-target-url', 'helicone-openai-api-base', 'x-portkey-custom-host'])

/** What headers say of the model: its names, or the header that leaves it open. */
export type RoutingHeaders = { models: readonly string[]; unclear?: undefined } | { unclear: string }

/** Read the headers by which a request could choose what answers. `headers` have lower-case names, as `Headers` gives them. */
export function readRoutingHeaders(headers: Headers): RoutingHeaders {
  let models: string[] | undefined
  for (const [name, value] of headers) {
    if (name === elsewhere) return { unclear: name }
    if (settings.has(name)) {
      const named = readJsonBody(value, { path: [] })
      if (!named) return { unclear: name }
      ;(models ??= []).push(...named.models)
    } else if (onward.has(name)) {
      if (!isServer(value)) return { unclear: name }
    } else if (selectsModel(name)) (models ??= []).push(value)
  }
  return models === undefined ? nothingSaid : { models }
}

const nothingSaid: RoutingHeaders = { models: [] }

/** Whether a URL names a server and no more: a path in it could make another endpoint of the one that is decided on. */
function isServer(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  return url.search === '' && url.hash === '' && readRequestPath(url)?.endpoint === '/'
}
