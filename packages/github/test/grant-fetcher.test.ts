import { escalationDigest, generateKeyPair, grantClaims, renderEscalation, signGrant } from '@policy/core'
import { afterAll, beforeEach, expect, it, describe } from 'vitest'
import { grantFetcher, type GrantFetcherOptions } from '../src/collect/grant-fetcher.ts'
import { anEscalation, base, head, manager, now, outsider, policy } from './support/a-pull-request.ts'
import { actions, fakeGitHub, type Fault } from './support/fake-github.ts'

const [minter, forger] = [await generateKeyPair(), await generateKeyPair()]
const escalation = anEscalation()
const digest = escalationDigest(renderEscalation(escalation))

/** A grant of an escalation, by whoever holds the key. */
function tokenOf(key = minter, asked = escalation, event = 'github:label:7'): Promise<string> {
  const facts = { policy, model: 'gpt-5.3-codex', by: `github:${manager.id}`, basis: 'approval' } as const
  const about = { escalation: asked, digest: escalationDigest(renderEscalation(asked)) }
  return signGrant(grantClaims(about, { ...facts, uri: 'u', event, now }), key.privateJwk)
}
const bodyOf = (token: string) =>
  `<!-- model-policy:grant -->\n### Model policy: granted\n\nwords\n\n\`\`\`\n${token}\n\`\`\`\n`
const [granted, forged] = [await tokenOf(), await tokenOf(forger)]

const github = await fakeGitHub({
  number: 12,
  author: outsider,
  baseBranch: 'main',
  base,
  head,
  headBranch: 'work',
  commits: [],
  labels: [],
  labelEvents: [],
  reviews: [],
  comments: [],
  checks: [],
  pushes: [],
  permissions: {},
  pageSize: 100,
})
afterAll(() => github[Symbol.asyncDispose]())
const { world } = github
const clock = { now }
beforeEach(() => {
  Object.assign(world, { comments: [], pageSize: 100 })
  Object.assign(github, { fault: () => undefined, requests: [] })
  clock.now = now
})

const comment = (body: string, by = outsider) =>
  void world.comments.push({ id: world.comments.length, by, body })
const fetcher = (options: Partial<GrantFetcherOptions> = {}) =>
  grantFetcher({
    token: 'token',
    baseUrl: github.url,
    owner: 'acme',
    repo: 'app',
    head: { owner: 'acme', branch: 'work' },
    clock: () => clock.now,
    ...options,
  })

describe('grantFetcher finds the grant', () => {
  it.each<[string, () => void]>([
    ['alone', () => comment(bodyOf(granted), actions)],
    [
      'written with CRLF by whoever edited it',
      () => comment(bodyOf(granted).replaceAll('\n', '\r\n'), actions),
    ],
    [
      'behind talk, the marker in the middle of a comment, and another token',
      () => {
        comment('looks good')
        comment(`see ${bodyOf(forged)}`)
        comment(bodyOf('a.b.c'))
        comment(bodyOf(granted), actions)
      },
    ],
    [
      'on the fourth page',
      () => {
        for (let noise = 0; noise < 7; noise += 1) comment('bump')
        comment(bodyOf(granted), actions)
        world.pageSize = 2
      },
    ],
  ])('%s', async (_name, tell) => {
    tell()
    expect(await fetcher()(digest)).toEqual({ tokens: [granted] })
  })

  it('among every forged one that GitHub has room for, before it and behind it', async () => {
    const forgeries = Array.from(
      { length: 2400 },
      (_, index) => `${forged.slice(0, -8)}${String(index).padStart(4, 'A')}${forged.slice(-4)}`,
    )
    for (const one of forgeries.slice(0, 1200)) comment(bodyOf(one))
    comment(bodyOf(granted), actions)
    for (const one of forgeries.slice(1200)) comment(bodyOf(one))
    const { tokens } = await fetcher()(digest)
    expect(tokens).toContain(granted)
    expect(tokens).toHaveLength(2401)
    expect(github.requests.length).toBeLessThanOrEqual(26)
  }, 30_000)

  it('by the number of the pull request, without looking for the branch', async () => {
    comment(bodyOf(granted), actions)
    expect(await fetcher({ head: { number: 12 } })(digest)).toEqual({ tokens: [granted] })
    expect(github.requests).toHaveLength(1)
  })
})

describe('grantFetcher finds nothing', () => {
  it.each<[string, () => Promise<void> | void]>([
    ['where nobody has written', () => {}],
    ['in a comment whose grant was edited out', () => comment(bodyOf('…'), actions)],
    ['in a comment of another form', () => comment(`granted: ${granted}`)],
    [
      'that answers another escalation',
      async () => comment(bodyOf(await tokenOf(minter, anEscalation({ task: 'X-1' })))),
    ],
    ['in a line as long as a comment may be', () => comment(bodyOf(`${'a-'.repeat(32_000)}.a.a`))],
  ])('%s', async (_name, tell) => {
    await tell()
    expect(await fetcher()(digest)).toEqual({ tokens: [] })
  })

  it('for another branch, and asks about no other pull request when GitHub leaves the filter out', async () => {
    comment(bodyOf(granted), actions)
    expect(await fetcher({ head: { owner: 'acme', branch: 'other' } })(digest)).toEqual({ tokens: [] })
    const all = github.fault
    github.fault = (path) =>
      path.endsWith('/pulls')
        ? {
            change: (answer) =>
              (answer as { head: object }[]).map((pull) => ({
                ...pull,
                head: { ...pull.head, ref: 'stranger' },
              })),
          }
        : all(path, 0)
    expect(await fetcher()(digest)).toEqual({ tokens: [] })
    expect(github.requests.filter((request) => request.includes('comments'))).toEqual([])
  })
})

const on =
  (part: RegExp, fault: ReturnType<Fault>): Fault =>
  (path) =>
    part.test(path) ? fault : undefined

describe('grantFetcher where GitHub cannot be asked', () => {
  const cases = [/\/pulls$/, /\/comments$/].flatMap((part): [string, Fault, RegExp][] => [
    [`401 on ${part.source}`, on(part, { status: 401 }), /401/],
    [`403 on ${part.source}`, on(part, { status: 403 }), /403/],
    [`404 on ${part.source}`, on(part, { status: 404 }), /404/],
    [`502 on ${part.source}`, on(part, { status: 502 }), /502/],
    [`a cut answer on ${part.source}`, on(part, { cut: true }), /GitHub did not/],
    [`another shape on ${part.source}`, on(part, { change: () => ({ odd: true }) }), /every fact/],
    [`silence on ${part.source}`, on(part, { hang: true }), /timeout|aborted/],
  ])
  it.each(cases)('tells why, in time: %s', async (_name, fault, why) => {
    comment(bodyOf(granted), actions)
    github.fault = fault
    const { tokens, failure } = await fetcher({ timeout: 200 })(digest)
    expect(tokens).toEqual([])
    expect(failure).toMatch(/^the pull request could not be asked for a grant: /)
    expect(failure).toMatch(why)
    expect(failure).not.toContain('token: ')
  })

  it('tells of a network that is away, and of an address that is none', async () => {
    expect((await fetcher({ baseUrl: 'http://127.0.0.1:9' })(digest)).failure).toMatch(/could not be asked/)
    expect((await fetcher({ baseUrl: 'nowhere' })(digest)).failure).toMatch(/could not be asked/)
  })

  it('asks once, then leaves it alone: a minute, or as long as GitHub wants', async () => {
    const fetch = fetcher()
    github.fault = () => ({ status: 429, headers: { 'retry-after': '120' } })
    for (const at of [0, 1000, 119_000]) {
      clock.now = now + at
      expect(await fetch(digest)).toHaveProperty('failure', expect.stringContaining('429'))
    }
    expect(github.requests).toHaveLength(1)
    github.fault = () => undefined
    comment(bodyOf(granted), actions)
    clock.now = now + 121_000
    expect(await fetch(digest)).toEqual({ tokens: [granted] })

    github.fault = () => ({
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String((clock.now + 900_000) / 1000) },
    })
    clock.now += 6_000
    github.requests.length = 0
    for (let look = 0; look < 5; look += 1) {
      expect(await fetch(digest)).toHaveProperty('failure')
      clock.now += 100_000
    }
    expect(github.requests).toHaveLength(1)
  })
})

it('polls gently: at most once in five seconds, together for calls at once, and GitHub is asked what changed', async () => {
  const fetch = fetcher()
  await Promise.all([fetch(digest), fetch(digest), fetch(digest)])
  clock.now += 4_999
  await fetch(digest)
  expect(github.requests).toHaveLength(2)
  clock.now += 1
  expect(await fetch(digest)).toEqual({ tokens: [] })
  expect(github.requests.slice(2).every((request) => request.endsWith(' 304'))).toBe(true)
  comment(bodyOf(granted), actions)
  clock.now += 5_000
  expect(await fetch(digest)).toEqual({ tokens: [granted] })
})
