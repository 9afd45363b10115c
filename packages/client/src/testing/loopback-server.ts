import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { answerLikeApi, type UpstreamRequest } from './answer.ts'
import { parseObject } from './scripted-upstream.ts'

/** How {@link startLoopbackServer} answers. */
export interface LoopbackServerOptions {
  /** An answer other than the API's usual one; `reset` cuts the connection, `undefined` leaves it to the usual one. */
  respond?: (
    request: UpstreamRequest,
  ) => Response | 'reset' | undefined | Promise<Response | 'reset' | undefined>
}

/** An OpenAI-compatible server on a loopback port. */
export interface LoopbackServer extends AsyncDisposable {
  /** The base URL, such as `http://127.0.0.1:40123/v1`. */
  readonly url: string
  /** What reached it, oldest first. */
  readonly requests: readonly UpstreamRequest[]
  /** Cut open connections and let go of the port. */
  close(): Promise<void>
}

/** Start an OpenAI-compatible server on 127.0.0.1 and a free port: real HTTP for tests and demonstrations, no network. */
export async function startLoopbackServer(options: LoopbackServerOptions = {}): Promise<LoopbackServer> {
  const requests: UpstreamRequest[] = []
  const server = createServer((incoming, outgoing) => {
    // A client that goes away in the middle of an answer is part of what is tested.
    serve(incoming, outgoing).catch(() => outgoing.destroy())
  })
  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = await readIncoming(incoming)
    requests.push(request)
    const answer = (await options.respond?.(request)) ?? answerLikeApi(request)
    if (answer === 'reset') return void incoming.socket.destroy()
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
    if (answer.body === null) return void outgoing.end()
    await pipeline(Readable.fromWeb(answer.body as NodeReadableStream<Uint8Array>), outgoing)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${port}/v1`, requests, close, [Symbol.asyncDispose]: close }
}

async function readIncoming(incoming: IncomingMessage): Promise<UpstreamRequest> {
  const body = await text(incoming)
  const headers = new Headers()
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  return { method: incoming.method ?? '', path: incoming.url ?? '', headers, body, json: parseObject(body) }
}
