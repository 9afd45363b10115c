import { text } from 'node:stream/consumers'
import { Octokit } from '@octokit/core'
import { retry } from '@octokit/plugin-retry'
import { RequestError } from '@octokit/request-error'
import { PolicyError } from '@policy/core'
import type { z } from 'zod'

/** How GitHub is reached. */
export interface ConnectOptions {
  token: string
  /** @default 'https://api.github.com' */
  baseUrl?: string
  /** Milliseconds that one request may take. @default 20_000 */
  timeout?: number
  /** Milliseconds of the unit by which retries of 5xx and 429 back off. @default 1000 */
  backOff?: number
  /** How often a request is tried again. @default 2 */
  retries?: number
  /** Ends every request. */
  signal?: AbortSignal
  /** @default fetch */
  fetch?: typeof fetch
}

type Parameters = Record<string, unknown>

/** GitHub's API as evidence is read from it: every answer whole and in its form, or an error. */
export interface GitHubClient {
  get<Answer>(route: string, parameters: Parameters, form: z.ZodType<Answer>): Promise<Answer>
  /** Every page of a list, its parts found by `items`; with the first answer. */
  pages<Answer, Item>(
    route: string,
    parameters: Parameters,
    form: z.ZodType<Answer>,
    items: (answer: Answer) => readonly Item[],
  ): Promise<{ items: Item[]; first: Answer }>
  /** Send something that must not be sent twice, such as a comment. */
  send(route: string, parameters: Parameters): Promise<void>
}

/** No list that a verdict needs is longer; one that is, is not read in part. */
const mostPages = 30

/** Connect to GitHub's REST API. Its methods throw `github_failed` for what is no answer, `github_incomplete` for one that is not whole. */
export function connect(options: ConnectOptions): GitHubClient {
  const { token, baseUrl, timeout = 20_000, backOff = 1000, retries = 2, fetch } = options
  const signalOf = () =>
    AbortSignal.any([AbortSignal.timeout(timeout), ...(options.signal ? [options.signal] : [])])
  const octokit = new (Octokit.plugin(retry))({
    auth: token,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    userAgent: 'model-policy',
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    retry: { retries, retryAfterBaseValue: backOff },
    ...(fetch === undefined ? {} : { request: { fetch } }),
  })
  const origin = new URL(baseUrl ?? 'https://api.github.com').origin

  async function ask(
    route: string,
    parameters: Parameters,
  ): Promise<{ data: unknown; next: string | undefined }> {
    try {
      // Octokit's own parser keeps integers beyond 2^53, which no id is, and takes ten times as long.
      const request = { signal: signalOf(), parseSuccessResponseBody: false }
      const { data, headers } = await octokit.request(route, { ...parameters, request })
      const [, next] = /<([^>]+)>;\s*rel="next"/.exec(headers.link ?? '') ?? []
      return { data: JSON.parse(await text(data as ReadableStream)), next }
    } catch (error) {
      throw failed(route, error)
    }
  }

  return {
    get: async (route, parameters, form) => read(route, (await ask(route, parameters)).data, form),
    async pages(route, parameters, form, items) {
      let { data, next } = await ask(route, { ...parameters, per_page: 100 })
      const first = read(route, data, form)
      const all = [...items(first)]
      for (let page = 2; next !== undefined; page++) {
        // The token goes nowhere but where it belongs, whatever a Link header says.
        const stray = new URL(next).origin !== origin
        if (stray || page > mostPages) throw incomplete(`${route} goes on after page ${page - 1}`)
        ;({ data, next } = await ask(`GET ${next}`, {}))
        all.push(...items(read(route, data, form)))
      }
      return { items: all, first }
    },
    async send(route, parameters) {
      try {
        await octokit.request(route, {
          ...parameters,
          request: { retries: 0, signal: signalOf() },
        })
      } catch (error) {
        throw failed(route, error)
      }
    },
  }
}

const quiet = () => {}

function read<Answer>(route: string, data: unknown, form: z.ZodType<Answer>): Answer {
  const parsed = form.safeParse(data)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw incomplete(`${route}: ${issue?.path.join('.')}: ${issue?.message}`)
}

function failed(route: string, error: unknown): PolicyError {
  const status = error instanceof RequestError ? error.status : undefined
  const message = error instanceof Error ? error.message.slice(0, 200) : String(error)
  const what = status === undefined ? message : `${status} ${message}`
  return new PolicyError('github_failed', `GitHub did not answer ${route}: ${what}`, {
    cause: error,
    remedy:
      status === 403 || status === 404
        ? 'give the job the permissions contents, pull-requests, issues and checks: read'
        : 'run it again',
  })
}

/** An answer that is not whole, or that does not fit another. */
export function incomplete(why: string): PolicyError {
  return new PolicyError('github_incomplete', `GitHub did not give every fact that is needed: ${why}`, {
    remedy: 'run it again',
  })
}
