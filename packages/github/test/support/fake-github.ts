import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Account } from '../../src/account/account.ts'
import { requireAnswer } from './openapi.ts'
import { payload, userSample } from './samples.ts'

/** A commit as the fake shows it; id and message are those of the git repository behind it. */
export interface FakeCommit {
  id: string
  message: string
  author?: Account
  committer?: Account
  verification?: { verified: boolean; reason: string }
}

/** What the fake knows of one pull request. */
export interface FakeWorld {
  number: number
  author: Account
  baseBranch: string
  base: string
  head: string
  headBranch: string
  /** Newest last, as the compare endpoint gives them. */
  commits: FakeCommit[]
  labels: string[]
  /** `at` is when, else when all else happens. */
  labelEvents: {
    id: number
    type: 'labeled' | 'unlabeled'
    label: string
    actor: Account
    app?: string
    at?: string
  }[]
  /** When it was given another base branch, and by which kind of event. */
  retargeted?: { event: string; at: string }
  reviews: { id: number; by: Account; state: string; commit: string; at?: string }[]
  comments: { id: number; by: Account; body: string }[]
  /** Started and ended when all else happens, unless they say when. */
  checks: {
    name: string
    status: string
    conclusion: string | null
    app?: string
    suite?: number
    startedAt?: string
    completedAt?: string
  }[]
  pushes: { by: Account; before?: string; after: string }[]
  permissions: Record<string, { account: Account; permission: string; role: string }>
  /** How many items the fake puts on a page, whatever is asked for. */
  pageSize: number
  draft?: boolean
  closed?: boolean
  body?: string
  /** Whether the head lies in a fork, and whose: its author's if nobody is named. */
  forked?: boolean
  forkOwner?: Account
  /** Pushes to the fork's branch, where the fork is public. */
  forkPushes?: FakeWorld['pushes']
  /** What a merge queue would merge, its commits oldest first. */
  queue?: { head: string; commits: FakeCommit[] }
  /** Pull requests beside this one. */
  others?: FakeWorld[]
}

/** What may go wrong; asked for each request, with how often this path was asked for before. */
export type Fault = (
  path: string,
  attempt: number,
) =>
  | { status: number; headers?: Record<string, string> }
  | { change: (answer: unknown) => unknown }
  | { hang: true }
  | { cut: true }
  | undefined

/** A GitHub that answers from memory; it does not model rate budgets, GraphQL, or anything that writes but comments. */
export interface FakeGitHub extends AsyncDisposable {
  url: string
  world: FakeWorld
  fault: Fault
  /** Each request as `GET /path`, with ` 304` behind it where it was answered that nothing changed. */
  requests: string[]
  /** How often each program asked each thing. */
  attempts: Map<string, number>
}

/** Start a stateful fake of the endpoints that are used, with real pages and Link headers, each answer held against GitHub's schema. */
export async function fakeGitHub(world: FakeWorld): Promise<FakeGitHub> {
  const fake = {
    url: '',
    world,
    fault: (() => undefined) as Fault,
    requests: [] as string[],
    attempts: new Map<string, number>(),
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', fake.url)
    fake.requests.push(`${request.method} ${url.pathname}${url.search}`)
    // Programs that ask at the same time, each under a token of its own, are counted apart.
    const asked = `${request.headers.authorization} ${request.url}`
    const attempt = fake.attempts.get(asked) ?? 0
    fake.attempts.set(asked, attempt + 1)
    void answer(request, response, url, attempt).catch((error: unknown) => {
      response.writeHead(599).end(String(error))
    })
  })

  async function answer(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    attempt: number,
  ): Promise<void> {
    const fault = fake.fault(url.pathname, attempt)
    if (fault && 'hang' in fault) return
    if (fault && 'status' in fault) {
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
      response.end(JSON.stringify({ message: 'as the test wants' }))
      return
    }
    if (request.method === 'POST' || request.method === 'PATCH')
      return takeComment(request, response, url.pathname)
    const found = routes.find(({ form }) => form.test(url.pathname))
    const [, ...parts] = found?.form.exec(url.pathname) ?? []
    const whole = found?.answer({ ...worldOf(fake.world, url), asked: url }, ...parts.map(decodeURIComponent))
    if (found === undefined || whole === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}')
      return
    }
    const { body, link } = paged(whole, found.list, url, fake.world.pageSize)
    requireAnswer(found.route, body)
    const changed = fault && 'change' in fault ? fault.change(body) : body
    const text = JSON.stringify(changed)
    const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`
    if (request.headers['if-none-match'] === etag) {
      fake.requests[fake.requests.length - 1] += ' 304'
      response.writeHead(304, { etag }).end()
      return
    }
    response.writeHead(200, {
      'content-type': 'application/json',
      etag,
      ...(link === undefined ? {} : { link }),
    })
    if (fault && 'cut' in fault) {
      response.write(text.slice(0, text.length / 2))
      response.destroy()
    } else response.end(text)
  }

  async function takeComment(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
  ): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { body } = JSON.parse(Buffer.concat(chunks).toString()) as { body: string }
    if ([...body].length > 65_536) {
      response.writeHead(422, { 'content-type': 'application/json' }).end('{"message":"body is too long"}')
      return
    }
    const [, edited] = /\/issues\/comments\/(\d+)$/.exec(path) ?? []
    const known = fake.world.comments.find(({ id }) => id === Number(edited))
    if (edited !== undefined && known === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"Not Found"}')
      return
    }
    const comment = known ?? { id: 5000 + fake.world.comments.length, by: actions, body }
    if (known) known.body = body
    else fake.world.comments.push(comment)
    const answer = commentOf(comment)
    requireAnswer(known ? 'PATCH comment' : 'POST comment', answer)
    response.writeHead(known ? 200 : 201, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return Object.assign(fake, {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

/** The pull request that a request is about: by its number, head or branch. */
function worldOf(world: FakeWorld, { pathname, searchParams }: URL): FakeWorld {
  const [, number] = /\/(?:pulls|issues)\/(\d+)/.exec(pathname) ?? []
  const about = (one: FakeWorld) =>
    number === undefined
      ? pathname.includes(one.head) || searchParams.get('ref') === `refs/heads/${one.headBranch}`
      : one.number === Number(number)
  return world.others?.find(about) ?? world
}

function paged(
  whole: unknown,
  list: string | undefined,
  url: URL,
  pageSize: number,
): { body: unknown; link?: string } {
  if (list === undefined) return { body: whole }
  const items = (list === '' ? whole : (whole as Record<string, unknown>)[list]) as unknown[]
  const page = Number(url.searchParams.get('page') ?? 1)
  const slice = items.slice((page - 1) * pageSize, page * pageSize)
  const next = new URL(url)
  next.searchParams.set('page', String(page + 1))
  return {
    body: list === '' ? slice : { ...(whole as object), [list]: slice },
    ...(page * pageSize < items.length ? { link: `<${next}>; rel="next", <${url}>; rel="first"` } : {}),
  }
}

interface Route {
  route: string
  form: RegExp
  /** Where the list is that is given in pages; `''` when the answer is one. */
  list?: string
  answer(world: FakeWorld & { asked: URL }, ...parts: string[]): unknown
}

/** When everything happens that has no time of its own. */
export const at = `${new Date().toISOString().slice(0, 19)}Z`

/** When checks run that have no time of their own. */
const ranAt = '2026-11-22T12:00:00Z'

/** Who a job's own token acts as. */
export const actions: Account = { id: 41898282, login: 'github-actions[bot]', bot: true }

const routes: Route[] = [
  {
    route: '/repos/{owner}/{repo}/pulls',
    form: /^\/repos\/acme\/app\/pulls$/,
    list: '',
    answer: (world) => {
      const head = world.asked.searchParams.get('head')
      return head?.includes(':') && head !== `acme:${world.headBranch}` ? [] : [pullOf(world)]
    },
  },
  {
    route: '/repos/{owner}/{repo}/pulls/{pull_number}',
    form: /^\/repos\/acme\/app\/pulls\/(\d+)$/,
    answer: (world, number) => (Number(number) === world.number ? pullOf(world) : undefined),
  },
  {
    route: '/repos/{owner}/{repo}/branches/{branch}',
    form: /^\/repos\/acme\/app\/branches\/([^/]+)$/,
    answer: (world, branch) => {
      const into = [world, ...(world.others ?? [])].find(({ baseBranch }) => baseBranch === branch)
      return into && branchOf(into)
    },
  },
  {
    route: '/repos/{owner}/{repo}/compare/{basehead}',
    form: /^\/repos\/acme\/app\/compare\/([^/]+)$/,
    list: 'commits',
    answer: (world, range = '') => {
      const { queue } = world
      return comparisonOf(queue && range.endsWith(queue.head) ? { ...world, commits: queue.commits } : world)
    },
  },
  {
    route: '/repos/{owner}/{repo}/issues/{issue_number}/events',
    form: /^\/repos\/acme\/app\/issues\/(\d+)\/events$/,
    list: '',
    answer: (world) => [
      ...world.labelEvents.map(eventOf),
      ...(world.retargeted ? [retargetOf(world.retargeted)] : []),
    ],
  },
  {
    route: '/repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    form: /^\/repos\/acme\/app\/pulls\/(\d+)\/reviews$/,
    list: '',
    answer: (world) => world.reviews.map(reviewOf),
  },
  {
    route: '/repos/{owner}/{repo}/issues/{issue_number}/comments',
    form: /^\/repos\/acme\/app\/issues\/(\d+)\/comments$/,
    list: '',
    answer: (world) => world.comments.map(commentOf),
  },
  {
    route: '/repos/{owner}/{repo}/commits/{ref}/check-runs',
    form: /^\/repos\/acme\/app\/commits\/([^/]+)\/check-runs$/,
    list: 'check_runs',
    answer: (world) => {
      const newest = new Map(
        world.checks.map((check) => [`${check.app} ${check.suite} ${check.name}`, check]),
      )
      const asked = world.asked.searchParams.get('filter') === 'all' ? world.checks : [...newest.values()]
      const runs = asked.map((check, index) => checkOf(check, index, world.head))
      return { total_count: runs.length, check_runs: runs }
    },
  },
  {
    route: '/repos/{owner}/{repo}/activity',
    form: /^\/repos\/acme\/app\/activity$/,
    list: '',
    answer: (world) => world.pushes.map((push, index) => activityOf(push, index, world)),
  },
  {
    route: '/repos/{owner}/{repo}/activity',
    form: /^\/repos\/out\/app\/activity$/,
    list: '',
    answer: (world) => world.forkPushes?.map((push, index) => activityOf(push, index, world)),
  },
  {
    route: '/repos/{owner}/{repo}/collaborators/{username}/permission',
    form: /^\/repos\/acme\/app\/collaborators\/([^/]+)\/permission$/,
    answer: (world, login = '') => {
      const found = world.permissions[login]
      return (
        found && {
          permission: found.permission,
          role_name: found.role,
          user: { ...userSample(found.account), role_name: found.role },
        }
      )
    },
  },
]

function pullOf(world: FakeWorld): unknown {
  const { pull_request: sample, repository: home } = payload('pull_request', 'labeled') as {
    pull_request: Record<string, unknown>
    repository: Record<string, unknown>
  }
  const owner = userSample({ id: 3, login: 'acme', bot: false })
  const repo = {
    ...home,
    id: 1,
    owner,
    full_name: 'acme/app',
    html_url: 'https://github.com/acme/app',
    default_branch: 'main',
  }
  const end = (ref: string, sha: string) => ({
    label: `acme:${ref}`,
    ref,
    sha,
    user: userSample(world.author),
    repo,
  })
  return {
    ...sample,
    number: world.number,
    state: world.closed ? 'closed' : 'open',
    draft: world.draft ?? false,
    body: world.body ?? 'What this does',
    user: userSample(world.author),
    comments: world.comments.length,
    commits: world.commits.length,
    labels: world.labels.map((name, index) => ({
      id: index,
      node_id: 'n',
      url: 'u',
      name,
      description: '',
      color: 'fff',
      default: false,
    })),
    base: end(world.baseBranch, world.base),
    head: {
      ...end(world.headBranch, world.head),
      ...(world.forked
        ? {
            repo: {
              ...repo,
              id: 2,
              full_name: 'out/app',
              owner: userSample(world.forkOwner ?? world.author),
            },
          }
        : {}),
    },
  }
}

function branchOf(world: FakeWorld): unknown {
  return {
    name: world.baseBranch,
    commit: commitOf({ id: world.base, message: 'base' }),
    _links: { html: 'h', self: 's' },
    protected: true,
    protection: { enabled: true },
    protection_url: 'https://api.github.com/p',
  }
}

function commitOf({
  id,
  message,
  author,
  committer = author,
  verification,
}: FakeCommit): Record<string, unknown> {
  const person = { name: 'n', email: 'e@example.com', date: at }
  return {
    sha: id,
    node_id: 'n',
    url: 'u',
    html_url: 'h',
    comments_url: 'c',
    parents: [],
    commit: {
      url: 'u',
      author: person,
      committer: person,
      message,
      comment_count: 0,
      tree: { sha: id, url: 'u' },
      verification: {
        verified: false,
        reason: 'unsigned',
        signature: null,
        payload: null,
        verified_at: null,
        ...verification,
      },
    },
    author: author === undefined ? null : userSample(author),
    committer: committer === undefined ? {} : userSample(committer),
  }
}

function comparisonOf(world: FakeWorld): Record<string, unknown> {
  const base = commitOf({ id: world.base, message: 'base' })
  return {
    ...Object.fromEntries(
      ['url', 'html_url', 'permalink_url', 'diff_url', 'patch_url'].map((name) => [
        name,
        'https://github.com/x',
      ]),
    ),
    base_commit: base,
    merge_base_commit: base,
    status: 'ahead',
    ahead_by: world.commits.length,
    behind_by: 0,
    total_commits: world.commits.length,
    commits: world.commits.map(commitOf),
    // What GitHub does when a diff is large: rows without counts. Nothing may be measured from these.
    files: [
      {
        sha: null,
        filename: 'src/a.ts',
        status: 'modified',
        additions: 0,
        deletions: 0,
        changes: 0,
        blob_url: 'b',
        raw_url: 'r',
        contents_url: 'c',
      },
    ],
  }
}

function eventOf({ id, type, label, actor, app, at: when = at }: FakeWorld['labelEvents'][number]): unknown {
  return {
    id,
    node_id: 'n',
    url: 'u',
    actor: userSample(actor),
    event: type,
    commit_id: null,
    commit_url: null,
    created_at: when,
    performed_via_github_app: app === undefined ? null : appOf(app),
    label: { name: label, color: 'fff' },
  }
}

const retargetOf = ({ event, at: when }: NonNullable<FakeWorld['retargeted']>) => ({
  id: 9000,
  node_id: 'n',
  url: 'u',
  actor: userSample(actions),
  event,
  commit_id: null,
  commit_url: null,
  created_at: when,
  performed_via_github_app: null,
})

function appOf(name: string): unknown {
  return {
    id: name === 'github-actions' ? 15368 : 1,
    slug: name,
    node_id: 'n',
    owner: userSample({ id: 2, login: 'o', bot: false }),
    name,
    description: '',
    external_url: 'https://x',
    html_url: 'https://x',
    created_at: at,
    updated_at: at,
    permissions: {},
    events: [],
  }
}

const reviewOf = ({ id, by, state, commit, at: when = at }: FakeWorld['reviews'][number]) => ({
  id,
  node_id: 'n',
  user: userSample(by),
  body: '',
  state,
  html_url: 'https://x',
  pull_request_url: 'https://x',
  _links: { html: { href: 'h' }, pull_request: { href: 'p' } },
  submitted_at: when,
  commit_id: commit,
  author_association: 'MEMBER',
})

const commentOf = ({ id, by, body }: FakeWorld['comments'][number]) => ({
  id,
  node_id: 'n',
  url: 'https://x',
  body,
  html_url: 'https://x',
  issue_url: 'https://x',
  user: userSample(by),
  created_at: at,
  updated_at: at,
  author_association: 'NONE',
})

const checkOf = (
  {
    name,
    status,
    conclusion,
    app = 'github-actions',
    suite = 1,
    startedAt = ranAt,
    completedAt = ranAt,
  }: FakeWorld['checks'][number],
  id: number,
  head: string,
) => ({
  id,
  node_id: 'n',
  head_sha: head,
  external_id: '',
  url: 'u',
  html_url: 'h',
  details_url: 'd',
  status,
  conclusion,
  started_at: startedAt,
  completed_at: conclusion === null ? null : completedAt,
  output: { title: null, summary: null, text: null, annotations_count: 0, annotations_url: 'a' },
  name,
  check_suite: { id: suite },
  app: appOf(app),
  pull_requests: [],
})

const activityOf = ({ by, before, after }: FakeWorld['pushes'][number], id: number, world: FakeWorld) => ({
  id,
  node_id: 'n',
  before: before ?? world.base,
  after,
  ref: `refs/heads/${world.headBranch}`,
  timestamp: at,
  activity_type: 'push',
  actor: userSample(by),
})
