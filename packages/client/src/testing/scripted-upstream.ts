import type { Fetch } from '../guard/fetch.ts'
import { answerLikeApi, type AnswerOptions, type UpstreamRequest } from './answer.ts'

/** One answer of a script: what it says, or how it is made. */
export type UpstreamStep = AnswerOptions | ((request: UpstreamRequest) => Response | Promise<Response>)

/** A `fetch` that answers like the API and remembers what reached it. */
export interface ScriptedUpstream {
  fetch: Fetch
  /** What reached it, oldest first. */
  readonly requests: readonly UpstreamRequest[]
  /** Throws when steps were left over. */
  done(): void
}

/**
 * A stand-in for the API. With steps it gives one answer for each request, in order, and fails what comes after the last;
 * without, it answers everything. Its `done` throws when steps were left over.
 *
 * @example
 * const upstream = scriptedUpstream([{ text: 'two files' }])
 * const openai = guard.wrap(new OpenAI({ apiKey: 'test', fetch: upstream.fetch }))
 */
export function scriptedUpstream(steps?: readonly UpstreamStep[]): ScriptedUpstream {
  const requests: UpstreamRequest[] = []
  return {
    requests,
    async fetch(input, init) {
      const request = await upstreamRequest(new Request(input, init))
      requests.push(request)
      const step = steps === undefined ? {} : steps[requests.length - 1]
      if (step === undefined) {
        const message = `The script has ${steps?.length} steps; this is request ${requests.length}.`
        return Response.json({ error: { message, type: 'script_error', code: 'no_step' } }, { status: 400 })
      }
      return typeof step === 'function' ? step(request) : answerLikeApi(request, step)
    },
    done() {
      const left = (steps?.length ?? 0) - requests.length
      if (left > 0) throw new Error(`${left} of ${steps?.length} steps of the script were not used.`)
    },
  }
}

async function upstreamRequest(request: Request): Promise<UpstreamRequest> {
  const { pathname, search } = new URL(request.url)
  const body = await request.text()
  return {
    method: request.method,
    path: pathname + search,
    headers: request.headers,
    body,
    json: parseObject(body),
  }
}

/** The object a JSON text is, or `undefined`. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
