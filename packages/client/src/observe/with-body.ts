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
