import type { Clock, Digest, FetchedGrants } from '@policy/core'
import { currentBranch } from '@policy/local'
import type { Workspace } from './open-workspace.ts'

/** Who looks, and when. */
export interface PullRequestGrantsOptions {
  clock: Clock
  /** Holds the token (`GITHUB_TOKEN`, else `GH_TOKEN`), and in a job what it is about (`GITHUB_REF`, …). */
  env: Readonly<Record<string, string | undefined>>
}

/**
 * A function that looks for the grants of an escalation on the pull request of the branch that is checked out by then; `undefined` where nobody can
 * be asked: the repository is not on GitHub, or there is no token.
 */
export function pullRequestGrants(
  workspace: Workspace,
  { clock, env }: PullRequestGrantsOptions,
): ((digest: Digest) => Promise<FetchedGrants>) | undefined {
  const token = env['GITHUB_TOKEN'] || env['GH_TOKEN']
  const place = placeOnGitHub(workspace.repositoryId, env)
  if (!token || place === undefined) return undefined
  const { owner, repo, baseUrl } = place
  /** By head: each remembers for a while what it was told. */
  const fetchers = new Map<string, (digest: Digest) => Promise<FetchedGrants>>()
  return async function fetchGrants(digest) {
    const [{ grantFetcher }, branch] = await Promise.all([
      import('@policy/github'),
      currentBranch(workspace.repository, { env }),
    ])
    const head = headOf(workspace.repository.remoteId, branch, place, env)
    if (head === undefined) return { tokens: [] }
    const name = JSON.stringify(head)
    const known = fetchers.get(name)
    const fetcher =
      known ?? grantFetcher({ token, owner, repo, head, clock, ...(baseUrl ? { baseUrl } : {}) })
    fetchers.set(name, fetcher)
    return fetcher(digest)
  }
}

interface Place {
  server: string
  owner: string
  repo: string
  baseUrl: string | undefined
}

/** The repository as GitHub names it. The token goes to github.com, or to the server that the job's own environment names. */
function placeOnGitHub(repositoryId: string, env: PullRequestGrantsOptions['env']): Place | undefined {
  const [server = '', owner, repo, ...more] = repositoryId.split('/')
  const { GITHUB_SERVER_URL: named = 'https://github.com', GITHUB_API_URL: api } = env
  const isNamed = URL.canParse(named) && new URL(named).host === server
  if (owner === undefined || repo === undefined || more.length > 0) return undefined
  if (!isNamed && server !== 'github.com') return undefined
  return { server, owner, repo, baseUrl: isNamed ? api : undefined }
}

/** The branch that is checked out, in the repository or the fork that this clone comes from; in a job that checked out a merge, its pull request. */
function headOf(
  remoteId: string | undefined,
  branch: string | undefined,
  { server, owner, repo }: Place,
  { GITHUB_REPOSITORY: name, GITHUB_REF: ref = '' }: PullRequestGrantsOptions['env'],
): { number: number } | { owner: string; branch: string } | undefined {
  if (branch !== undefined) {
    const [from, fork] = remoteId?.split('/') ?? []
    return { owner: from === server && fork !== undefined ? fork : owner, branch }
  }
  const [, number] = /^refs\/pull\/(\d{1,9})\//.exec(ref) ?? []
  return number !== undefined && name === `${owner}/${repo}` ? { number: Number(number) } : undefined
}
