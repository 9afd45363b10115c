import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** How a receiver answers one request; `undefined` never answers. */
export interface Answer {
  status: number
  headers?: Record<string, string>
}

/** What a receiver was sent. */
export interface Received {
  headers: IncomingMessage['headers']
  body: string
}

/** A receiver of CloudEvents batches on loopback; answers go out in turn, the last one again and again. */
export async function receiver(...answers: (Answer | undefined)[]) {
  const received: Received[] = []
  const taken: string[] = []
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    received.push({ headers: request.headers, body })
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    if (!answer) return
    if (answer.status < 300)
      taken.push(...(JSON.parse(body) as unknown[]).map((event) => JSON.stringify(event)))
    response.writeHead(answer.status, answer.headers).end()
  }
  const server = createServer((request, response) => void take(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/entries`
  return {
    url,
    /** Every request, oldest first. */
    received,
    /** Every event of the requests that were answered with 2xx. */
    taken,
    answer: (answer: Answer) => void answers.splice(0, Infinity, answer),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
