/** A request as it will leave: nothing in it can change any more. */
export interface OutgoingRequest {
  url: string
  init: RequestInit
}

/** A fresh init each, so that no later change of the caller's objects reaches the wire. */
export function outgoingOf(url: string, init: RequestInit, headers: Headers, method: string) {
  const { body: _body, headers: _headers, ...rest } = init
  // A followed 307 would carry the body to another endpoint without asking again.
  const stays = method !== 'GET' && method !== 'HEAD' && rest.redirect !== 'error'
  return (body: unknown, contentType?: string): OutgoingRequest => ({
    url,
    init: {
      ...rest,
      // the very text that was decided on: what stands in its place may read otherwise the second time
      method,
      ...(stays && { redirect: 'manual' }),
      headers: headersFor(body, headers, contentType),
      ...(body !== undefined && { body: body as NonNullable<RequestInit['body']> }),
    },
  })
}

/** Only `fetch` knows the boundary of a form: one that the caller names would have the server read another form. */
function headersFor(body: unknown, headers: Headers, contentType: string | undefined): Headers {
  if (!(body instanceof FormData) && contentType === undefined) return headers
  const sent = new Headers(headers)
  if (body instanceof FormData) sent.delete('content-type')
  else if (contentType !== undefined) sent.set('content-type', contentType)
  return sent
}
