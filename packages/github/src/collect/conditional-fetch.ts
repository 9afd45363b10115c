/** Answers remembered; who polls asks for a pull request and the pages of its comments. */
const mostRemembered = 50

/**
 * A fetch that asks again only whether something changed (RFC 9110, section 13.1.2), and gives the remembered answer where nothing did:
 * GitHub does not count such an answer against the rate limit.
 */
export function conditionalFetch(next: typeof fetch): typeof fetch {
  const remembered = new Map<string, { etag: string; body: ArrayBuffer; headers: Headers }>()
  return async function fetchIfChanged(input, init) {
    const url = input instanceof Request ? input.url : String(input)
    const known = remembered.get(url)
    const headers = new Headers(init?.headers)
    if (known) headers.set('if-none-match', known.etag)
    const response = await next(input, { ...init, headers })
    if (response.status === 304 && known) return new Response(known.body, { headers: known.headers })
    const etag = response.headers.get('etag')
    if (response.status !== 200 || etag === null) return response
    const body = await response.arrayBuffer()
    const [oldest] = remembered.keys()
    if (remembered.size >= mostRemembered && oldest !== undefined) remembered.delete(oldest)
    // what is decoded here must not be decoded again by whoever reads the answer
    const plain = new Headers(response.headers)
    for (const name of ['content-encoding', 'content-length']) plain.delete(name)
    remembered.set(url, { etag, body, headers: plain })
    return new Response(body, { headers: plain })
  }
}
