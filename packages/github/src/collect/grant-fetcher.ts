import { type Clock, type Digest, type FetchedGrants, readGrant } from '@policy/core'
import { commentsAnswer } from './answers.ts'
import { conditionalFetch } from './conditional-fetch.ts'
import { findPullRequests, type HeadBranch } from './find-pull-requests.ts'
import { connect, type ConnectOptions } from './github-client.ts'
import { tokensIn } from './read-grants.ts'

/** Where an agent's grants are looked for. */
export interface GrantFetcherOptions extends Pick<ConnectOptions, 'token' | 'baseUrl' | 'fetch'> {
  /** The repository on GitHub. */
  owner: string
  repo: string
  /** The pull request, or the branch that it asks to be merged. */
  head: { number: number } | HeadBranch
  clock: Clock
  /** Milliseconds that one look may take. @default 10_000 */
  timeout?: number
}

/** Milliseconds before GitHub is asked again: who waits polls, and a job's token may ask a thousand times an hour. */
const pause = 5_000

/** The same where it could not be asked: a call that is refused anyway is not held up each time by a network that is away. */
const pauseAfterFailure = 60_000

/** A branch asks to be merged into few others. */
const mostPullRequests = 5

/**
 * Make a function that looks for the grants of an escalation in the comments that `mint` leaves on pull requests.
 *
 * What it gives is still to be verified: everybody may write comments. It never throws for a GitHub that cannot be asked, tells that
 * instead, and asks gently: at most once in a few seconds, whether anything changed, and after a failure not before GitHub wants it.
 */
export function grantFetcher(options: GrantFetcherOptions): (digest: Digest) => Promise<FetchedGrants> {
  const { clock } = options
  const fetch = conditionalFetch(options.fetch ?? globalThis.fetch)
  let last: { digest: Digest; until: number; found: Promise<FetchedGrants> } | undefined
  return async function fetchGrants(digest) {
    if (last?.digest === digest && clock() < last.until) return last.found
    const look = { digest, until: Infinity, found: lookNow(digest) }
    last = look
    return look.found

    async function lookNow(wanted: Digest): Promise<FetchedGrants> {
      try {
        const tokens = await readTokens({ ...options, fetch }, wanted)
        look.until = clock() + pause
        return { tokens }
      } catch (error) {
        look.until = clock() + Math.max(pauseAfterFailure, wishedPause(error, clock()))
        return {
          tokens: [],
          failure: `the pull request could not be asked for a grant: ${error instanceof Error ? error.message : String(error)}`,
        }
      }
    }
  }
}

async function readTokens(options: GrantFetcherOptions, digest: Digest): Promise<string[]> {
  const { token, baseUrl, owner, repo, head, timeout = 10_000, fetch } = options
  const github = connect({
    token,
    retries: 0,
    timeout,
    signal: AbortSignal.timeout(timeout),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(fetch === undefined ? {} : { fetch }),
  })
  const pulls = 'number' in head ? [head] : await findPullRequests({ github, owner, repo }, head)
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments'
  const found: string[] = []
  for (const { number } of pulls.slice(0, mostPullRequests)) {
    const parameters = { owner, repo, issue_number: number }
    const { items } = await github.pages(route, parameters, commentsAnswer, (answer) => answer)
    found.push(...tokensIn(items))
  }
  const answers = await Promise.all(
    [...new Set(found)].map((one) => isAnswerTo(one, digest).catch(() => false)),
  )
  return [...new Set(found)].filter((_token, index) => answers[index])
}

const isAnswerTo = async (token: string, digest: Digest) =>
  (await readGrant(token)).approval.escalation === digest

/** Milliseconds that GitHub wants to be left alone, as the answer that refused says. */
function wishedPause(error: unknown, now: number): number {
  const { cause } = error as { cause?: { response?: { headers?: Record<string, string> } } }
  const headers = cause?.response?.headers ?? {}
  const { 'retry-after': seconds, 'x-ratelimit-remaining': left, 'x-ratelimit-reset': reset } = headers
  if (seconds !== undefined) return Number(seconds) * 1000 || 0
  return left === '0' ? Number(reset) * 1000 - now || 0 : 0
}
