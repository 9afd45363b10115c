import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyEvidence } from '@policy/audit'
import { parseKeys, renderEscalation, renderKeys } from '@policy/core'
import { connect, gate as judgeGate } from '@policy/github'
import { openHistory, openRepository } from '@policy/local'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { agent, developer, manager, reviewer } from '../../github/test/support/a-pull-request.ts'
import { at, type FakeWorld, type Fault } from '../../github/test/support/fake-github.ts'
import { payload } from '../../github/test/support/samples.ts'
import { mark, onBase, unmark } from './matrix/steps.ts'
import { type PullRequestStory, pullRequestStory, putLabel, workedStory } from './support/pull-request.ts'

interface Told {
  type: string
  code?: string
  findings: { effect: string; code?: string; saw: string; reason: string }[]
}

async function gate(story: PullRequestStory, env?: Record<string, string>): Promise<Told & { exit: number }> {
  const argv = ['gate', '--json', ...(env ? [] : ['--pull-request', '12'])]
  const { code, out, err } = await story.type(argv, env)
  if (out === '') throw new Error(err)
  return { ...(JSON.parse(out) as Told), exit: code }
}

// Each story is told once; every test starts from where it ended.
const stories = { begun: await pullRequestStory(), worked: await workedStory() }
const restore = { begun: stories.begun.save(), worked: stories.worked.save() }
afterAll(async () => {
  await stories.begun[Symbol.asyncDispose]()
  await stories.worked[Symbol.asyncDispose]()
})
function begun(): PullRequestStory {
  restore.begun()
  return stories.begun
}
function worked(): PullRequestStory {
  restore.worked()
  return stories.worked
}

const mintArguments = (story: PullRequestStory) => [
  'mint',
  '--pull-request',
  '12',
  '--labeled-head',
  story.github.world.head,
]

describe('gate and mint, from request to merge', () => {
  it('waits for an approval, mints it, wants evidence and a review, and passes', async () => {
    const story = begun()
    const { world } = story.github
    expect(await gate(story)).toMatchObject({ type: 'neutral', exit: 0 })

    story.push('Start\n\nAI-Model: gpt-5.3-codex', { 'src/session/store.ts': 'export const store = 3\n' })
    expect(await gate(story)).toMatchObject({ code: 'approval_missing', exit: 3 })

    putLabel(story)
    expect(await gate(story)).toMatchObject({ code: 'grant_missing', exit: 3 })
    const minted = await story.type(mintArguments(story))
    expect(minted).toMatchObject({ code: 0 })
    expect(await gate(story)).toMatchObject({ code: 'review_missing' })

    const again = await story.type(mintArguments(story))
    expect(again.out).toMatch(/^There is already the grant/)
    expect(world.comments).toHaveLength(1)

    world.reviews.push({
      id: 31,
      by: { id: 3003, login: 'rev', bot: false },
      state: 'APPROVED',
      commit: world.head,
    })
    expect(await gate(story)).toMatchObject({ code: 'evidence_missing' })
    const file = `.model-policy/evidence/${story.escalation.id}.json`
    story.push('Evidence\n\nAI-Model: gpt-5.3-codex', { [file]: await story.evidence() })
    expect(await gate(story)).toMatchObject({ code: 'review_stale' })
    world.reviews.push({
      id: 32,
      by: { id: 3003, login: 'rev', bot: false },
      state: 'APPROVED',
      commit: world.head,
    })
    expect(await gate(story)).toMatchObject({ type: 'pass', exit: 0 })
  })

  it('asks GitHub few questions, and none about files', async () => {
    const story = worked()
    story.github.requests.length = 0
    expect(await gate(story)).toMatchObject({ type: 'pass' })
    expect(story.github.requests.length).toBeLessThanOrEqual(14)
    expect(story.github.requests.filter((request) => /files|contents/.test(request))).toEqual([])
  })

  it('reads every page: the label event is on the fourth', async () => {
    const story = worked()
    const { world } = story.github
    const noise = Array.from({ length: 7 }, (_, index) => ({
      id: index + 100,
      type: 'labeled' as const,
      label: `area-${index}`,
      actor: agent,
    }))
    world.labelEvents = [...noise.slice(0, 6), ...world.labelEvents, ...noise.slice(6)]
    world.pageSize = 2
    expect(await gate(story)).toMatchObject({ type: 'pass' })
  })

  it('finds the grant among any number of forged ones', async () => {
    const story = worked()
    const { comments } = story.github.world
    const [granted] = comments
    const forged = Array.from({ length: 120 }, (_, index) => ({
      id: index,
      by: agent,
      body: (granted?.body ?? '').replace(/[\w-]{12}\n```\n$/, `AAAAAAAA${1000 + index}\n\`\`\`\n`),
    }))
    comments.unshift(...forged.slice(60))
    comments.push(...forged.slice(0, 60))
    expect(await gate(story)).toMatchObject({ type: 'pass' })
  })

  it.each<[string, (story: PullRequestStory) => void, string]>([
    [
      'login of the approver belongs to another',
      ({ github: { world } }) =>
        void (world.permissions[manager.login] = { account: agent, permission: 'admin', role: 'admin' }),
      'approval_role',
    ],
    [
      'escalation with two answers',
      (story) =>
        void story.push('x', {
          'escalation.md': `${renderEscalation(story.escalation)}\n## Approval\n\nApproved\n`,
        }),
      'escalation_malformed',
    ],
    [
      'evidence altered',
      (story) =>
        void story.push('x\n\nAI-Model: gpt-5.3-codex', {
          [`.model-policy/evidence/${story.escalation.id}.json`]: '{}',
        }),
      'review_stale',
    ],
    [
      'a check fails',
      ({ github: { world } }) =>
        void (world.checks[0] = { name: 'test', status: 'completed', conclusion: 'failure' }),
      'check_failed',
    ],
    [
      'a check still runs',
      ({ github: { world } }) =>
        void (world.checks[0] = { name: 'test', status: 'in_progress', conclusion: null }),
      'check_pending',
    ],
    [
      'the vet still runs',
      ({ github: { world } }) =>
        void (world.checks[1] = { name: 'skill-vetter', status: 'in_progress', conclusion: null }),
      'check_pending',
    ],
    [
      'another app calls a red vet green',
      ({ github: { world } }) => {
        world.checks[1] = { name: 'skill-vetter', status: 'completed', conclusion: 'failure' }
        world.checks.push({ name: 'skill-vetter', status: 'completed', conclusion: 'success', app: 'agent' })
      },
      'check_failed',
    ],
    [
      'another app calls red tests green',
      ({ github: { world } }) => {
        world.checks[0] = { name: 'test', status: 'completed', conclusion: 'failure' }
        world.checks.push({ name: 'test', status: 'completed', conclusion: 'success', app: 'agent' })
      },
      'check_failed',
    ],
    [
      'another run of the same app calls red tests green',
      ({ github: { world } }) => {
        world.checks[0] = { name: 'test', status: 'completed', conclusion: 'failure' }
        world.checks.push({ name: 'test', status: 'completed', conclusion: 'success', suite: 2 })
      },
      'check_failed',
    ],
    [
      'a second job of the same name is green where the first is red',
      ({ github: { world } }) => {
        world.checks[0] = { name: 'test', status: 'completed', conclusion: 'failure' }
        world.checks.push({ name: 'test', status: 'completed', conclusion: 'success' })
      },
      'check_failed',
    ],
    [
      'a newer run of the same suite is red',
      ({ github: { world } }) =>
        void world.checks.push({
          name: 'test',
          status: 'completed',
          conclusion: 'failure',
          startedAt: '2026-11-22T12:05:00Z',
          completedAt: '2026-11-22T12:06:00Z',
        }),
      'check_failed',
    ],
    [
      'a check of another name is no vet',
      ({ github: { world } }) =>
        void (world.checks[1] = { name: 'skill-vetter ', status: 'completed', conclusion: 'success' }),
      'check_missing',
    ],
  ])('fails: %s', async (_name, change, code) => {
    const story = worked()
    change(story)
    expect(await gate(story)).toMatchObject({ type: 'fail', code, exit: 3 })
  })

  it('passes where a red check was started again', async () => {
    const story = worked()
    const { checks } = story.github.world
    const again = { name: 'test', status: 'completed', conclusion: 'success' }
    const later = { startedAt: '2026-11-22T12:05:00Z', completedAt: '2026-11-22T12:06:00Z' }
    checks.splice(0, 1, { ...again, conclusion: 'failure' }, { ...again, ...later })
    expect(await gate(story)).toMatchObject({ type: 'pass' })
  })

  it.each(['cancelled', 'timed_out', 'skipped', 'neutral'])(
    'is an error where the vet was %s',
    async (conclusion) => {
      const story = worked()
      story.github.world.checks[1] = { name: 'skill-vetter', status: 'completed', conclusion }
      expect(await gate(story)).toMatchObject({ type: 'error', code: 'vet_failed', exit: 1 })
    },
  )

  it('needs a maintainer where the change touches what judges it, and judges by the base', async () => {
    const story = worked()
    story.push('Loosen\n\nAI-Model: none', {
      'model-policy.yaml': 'version: 1\n',
      '.gitattributes': '* -diff\n',
    })
    story.github.world.reviews.push({
      id: 33,
      by: { id: 3003, login: 'rev', bot: false },
      state: 'APPROVED',
      commit: story.github.world.head,
    })
    expect(await gate(story)).toMatchObject({ type: 'needs-maintainer', code: 'protected_path', exit: 2 })
  })

  it('needs a maintainer where the change locks another gate', async () => {
    const story = begun()
    const lock = { packages: { 'node_modules/model-policy': { version: '1.0.0', integrity: 'sha512-x' } } }
    story.push('Bump', { 'package-lock.json': JSON.stringify(lock) })
    expect(await gate(story)).toMatchObject({ type: 'needs-maintainer', code: 'protected_path', exit: 2 })
  })
})

const on =
  (part: RegExp, fault: ReturnType<Fault>): Fault =>
  (path) =>
    part.test(path) ? fault : undefined

/** The pull request is another when it is read for the second time. */
function meanwhile({ github }: PullRequestStory, change: Readonly<Record<string, object>>): void {
  github.fault = (path, attempt) => {
    if (!path.endsWith('/pulls/12') || attempt === 0) return undefined
    return {
      change: (answer) => {
        const pull = answer as Record<string, object>
        const parts = Object.entries(change).map(([name, part]) =>
          Array.isArray(part) ? [name, part] : [name, { ...pull[name], ...part }],
        )
        return { ...pull, ...Object.fromEntries(parts) }
      },
    }
  }
}

describe('what GitHub may do wrong', () => {
  const paths = [
    /\/pulls\/12$/,
    /\/branches\//,
    /\/compare\//,
    /\/events$/,
    /\/reviews$/,
    /\/comments$/,
    /\/check-runs$/,
    /\/activity$/,
  ]
  const cases: [string, Fault][] = paths.flatMap((part): [string, Fault][] => [
    [`403 on ${part.source}`, on(part, { status: 403 })],
    [`502 on ${part.source}`, on(part, { status: 502 })],
    [`a cut answer on ${part.source}`, on(part, { cut: true })],
    [`another shape on ${part.source}`, on(part, { change: () => ({ message: 'odd' }) })],
  ])
  cases.push(
    ['404', on(/\/events$/, { status: 404 })],
    ['429', on(/\/reviews$/, { status: 429, headers: { 'retry-after': '0' } })],
  )
  it('is an error, never a pass, on every path', async () => {
    const story = worked()
    const told: Record<string, string> = {}
    for (const [name, fault] of cases) {
      story.github.fault = fault
      const { type, exit } = await gate(story)
      told[name] = `${type} ${exit}`
    }
    expect(told).toEqual(Object.fromEntries(cases.map(([name]) => [name, 'error 1'])))
  }, 60_000)

  it('is an error where the role of the approver cannot be read', async () => {
    const story = worked()
    story.github.fault = on(/\/permission$/, { status: 403 })
    expect(await gate(story)).toMatchObject({ type: 'error', code: 'github_failed', exit: 1 })
  })

  it('is tried again when it passes', async () => {
    const story = worked()
    story.github.fault = (path, attempt) =>
      path.endsWith('/events') && attempt === 0 ? { status: 502 } : undefined
    expect(await gate(story)).toMatchObject({ type: 'pass' })
  })

  it('is an error when it does not answer', async () => {
    const story = worked()
    story.github.fault = on(/\/reviews$/, { hang: true })
    const argv = ['gate', '--json', '--pull-request', '12']
    const { code, out } = await story.type(argv, { MODEL_POLICY_BACK_OFF_MS: '1' })
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ type: 'error' })
  })

  it.each<[string, (story: PullRequestStory) => void]>([
    ['it leaves out a commit', (story) => void story.github.world.commits.pop()],
    [
      'it leaves out a comment',
      (story) => void (story.github.fault = on(/\/comments$/, { change: () => [] })),
    ],
    [
      'it leaves out a check',
      (story) =>
        void (story.github.fault = on(/\/check-runs$/, {
          change: (answer) => ({ ...(answer as object), check_runs: [] }),
        })),
    ],
    ['the head is not in this clone', (story) => void (story.github.world.head = 'd'.repeat(40))],
    ['the head moves meanwhile', (story) => meanwhile(story, { head: { sha: 'e'.repeat(40) } })],
    ['it is given another base meanwhile', (story) => meanwhile(story, { base: { ref: 'release' } })],
  ])('is an error when %s', async (_name, change) => {
    const story = worked()
    change(story)
    expect(await gate(story)).toMatchObject({ type: 'error', exit: 1 })
  })
})

it('counts the labels that are on it when everything else was read', async () => {
  const story = worked()
  meanwhile(story, { labels: [{ name: 'model:codex-refuse' }] })
  expect(await gate(story)).toMatchObject({ type: 'fail', code: 'approval_declined' })
})

const eventFile = (story: PullRequestStory, event: unknown) => {
  const path = join(story.repository, '.git', 'event.json')
  writeFileSync(path, JSON.stringify(event))
  return path
}

describe('events', () => {
  it('takes the number from the payload and everything else live', async () => {
    const story = worked()
    const event = payload('pull_request', 'labeled')
    const old = {
      ...event,
      pull_request: { ...(event['pull_request'] as object), number: 12, title: '$(id) ::error::x' },
    }
    const env = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: eventFile(story, old) }
    expect(await gate(story, env)).toMatchObject({ type: 'pass' })
  })

  it.each(['push', 'workflow_dispatch', 'create'])(
    'fails %s, behind which no pull request stands',
    async (name) => {
      const story = worked()
      const event = name === 'workflow_dispatch' ? {} : payload(name)
      const env = { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: eventFile(story, event) }
      expect(await gate(story, env)).toMatchObject({ type: 'fail', code: 'pull_request_missing' })
    },
  )

  it.each<[string, (story: PullRequestStory) => void, string]>([
    ['merges it as it is', () => {}, 'pass'],
    [
      'rebuilt it on a base that moved',
      (story) => {
        story.git('checkout', '--quiet', 'main')
        story.git('commit', '--quiet', '--allow-empty', '--message', 'other')
      },
      'pass',
    ],
    ['brings something more', (story) => void writeFileSync(join(story.repository, 'extra.ts'), '1'), 'fail'],
  ])('judges a merge queue that %s', async (_name, change, verdict) => {
    const story = worked()
    const { world } = story.github
    story.git('checkout', '--quiet', 'main')
    change(story)
    const base = story.git('rev-parse', 'HEAD')
    const [head, title] = [world.head, 'Merge pull request #12 from acme/refactor']
    story.git('merge', '--quiet', '--no-ff', '--no-commit', head)
    story.git('add', '--all')
    story.git('commit', '--quiet', '--message', title)
    const merged = story.git('rev-parse', 'HEAD')
    const commits = [...world.commits]
    // The compare endpoint is asked about the queue's commits too.
    story.github.fault = (path) =>
      path.includes(merged) ? { change: (answer) => withCommit(answer, merged, title) } : undefined
    world.base = base
    world.commits = commits
    const sample = payload('merge_group') as { merge_group: object }
    const event = {
      ...sample,
      merge_group: {
        ...sample.merge_group,
        base_sha: base,
        head_sha: merged,
        head_ref: `refs/heads/gh-readonly-queue/main/pr-12-${base}`,
      },
    }
    const env = { GITHUB_EVENT_NAME: 'merge_group', GITHUB_EVENT_PATH: eventFile(story, event) }
    expect(await gate(story, env)).toMatchObject({
      type: verdict,
      ...(verdict === 'fail' ? { code: 'queue_altered' } : {}),
    })
  })
})

function withCommit(answer: unknown, sha: string, message: string): unknown {
  const {
    commits,
    total_commits: total,
    ...rest
  } = answer as { commits: { sha: string; commit: object }[]; total_commits: number }
  const [sample] = commits
  return {
    ...rest,
    total_commits: total + 1,
    commits: [...commits, { ...sample, sha, commit: { ...sample?.commit, message } }],
  }
}

const forked = () => {
  const story = worked()
  const { world } = story.github
  Object.assign(world, { forked: true, author: developer, pushes: [] })
  return { story, world, seen: { by: developer, before: world.base, after: world.head } }
}

describe('from a fork', () => {
  it('counts everybody who pushed to it as having worked on it, where its pushes can be read', async () => {
    const { story, world, seen } = forked()
    world.forkPushes = [seen]
    expect(await gate(story)).toMatchObject({ type: 'pass' })
    world.forkPushes = [seen, { ...seen, by: reviewer }]
    expect(await gate(story)).toMatchObject({ code: 'review_missing' })
    world.pageSize = 1
    expect(await gate(story)).toMatchObject({ code: 'review_missing' })
    expect(story.github.requests.filter((request) => request.includes('/repos/acme/app/activity'))).toEqual(
      [],
    )
  })

  it.each<[string, ReturnType<Fault>]>([
    ['it is private', undefined],
    ['the token is not for it', { status: 403 }],
  ])('counts its owner and the author, where %s', async (_name, fault) => {
    const { story, world } = forked()
    story.github.fault = on(/out\/app/, fault)
    expect(await gate(story)).toMatchObject({ type: 'pass' })
    world.forkOwner = reviewer
    expect(await gate(story)).toMatchObject({ code: 'review_missing' })
  })

  it.each<[string, ReturnType<Fault>]>([
    ['does not answer', { status: 502 }],
    ['is asked too often', { status: 403, headers: { 'x-ratelimit-remaining': '0' } }],
    ['wants to be left alone', { status: 403, headers: { 'retry-after': '0' } }],
    ['answers in another form', { change: () => ({ message: 'odd' }) }],
  ])('is an error where GitHub %s', async (_name, fault) => {
    const { story, seen } = forked()
    story.github.world.forkPushes = [seen]
    story.github.fault = on(/out\/app/, fault)
    expect(await gate(story)).toMatchObject({ type: 'error', exit: 1 })
  })
})

/** A branch at each commit that the work may start from; the escalation starts from the newer one, and is approved. */
async function approvedOnNewer() {
  const story = begun()
  const { world } = story.github
  const [older, asked] = [world.base, world.head]
  story.git('checkout', '--quiet', '-B', 'release/2', older)
  story.git('commit', '--quiet', '--allow-empty', '--message', 'Other work')
  const newer = story.git('rev-parse', 'HEAD')
  story.git('branch', '--force', 'main', newer)
  story.git('checkout', '--quiet', '-B', world.headBranch, newer)
  story.git('cherry-pick', asked)
  const id = story.git('rev-parse', 'HEAD')
  Object.assign(world, { base: newer, head: id, commits: world.commits.map((one) => ({ ...one, id })) })
  story.push('Ask anew', { 'escalation.md': renderEscalation({ ...story.escalation, base: newer }) })
  putLabel(story)
  expect(await story.type(mintArguments(story))).toMatchObject({ code: 0 })
  story.push('Start\n\nAI-Model: gpt-5.3-codex', { 'src/session/store.ts': 'export const store = 3\n' })
  expect(await gate(story)).toMatchObject({ code: 'review_missing' })
  Object.assign(world, { others: [intoDefault(world)], baseBranch: 'release/2' })
  return { story, older, newer }
}

describe('another base branch under the same policy', () => {
  it('voids the approval where the branch has not what the work started from', async () => {
    const { story, older, newer } = await approvedOnNewer()
    const { world } = story.github
    world.base = older
    world.commits.unshift({ id: newer, message: 'Other work', author: developer })
    expect(await gate(story)).toMatchObject({ type: 'fail', code: 'escalation_base' })
    expect((await story.type(mintArguments(story))).err).toContain('[escalation_base]')
  })

  it('leaves it where the branch has that: what is merged is what was approved', async () => {
    const { story } = await approvedOnNewer()
    story.github.world.baseBranch = 'unprotected'
    expect(await gate(story)).toMatchObject({ type: 'pass' })
  })
})

const labeled = (story: PullRequestStory, by = manager, when = at) => ({
  action: 'labeled',
  sender: { id: by.id },
  pull_request: { number: 12, head: { sha: story.github.world.head }, updated_at: when },
})
const mintRun = (story: PullRequestStory, event: object) =>
  story.type(['mint'], {
    GITHUB_EVENT_NAME: 'pull_request_target',
    GITHUB_EVENT_PATH: eventFile(story, event),
  })

/** Another pull request into the branch that this one goes into, so that the fake knows both when this one is given another. */
function intoDefault(world: FakeWorld): FakeWorld {
  return { ...structuredClone(world), number: 98, head: '9'.repeat(40), headBranch: 'other' }
}

/** Have the pull request go into another branch than the default one, with the same rules. */
function intoBranch(story: PullRequestStory, branch: string): void {
  const { world } = story.github
  world.others = [intoDefault(world)]
  onBase(story, { 'docs/other.md': 'x' }, branch)
}

describe('mint', () => {
  it.each<[string, (story: PullRequestStory) => string[] | void, string]>([
    ['nobody approved', () => {}, 'approval_missing'],
    ['a bot put the label on', (story) => putLabel(story, 7, agent), 'approval_not_person'],
    [
      'a refusal label is beside it',
      (story) => {
        putLabel(story)
        story.github.world.labels.push('model:codex-refuse')
      },
      'approval_declined',
    ],
    [
      'the escalation was edited after the label',
      (story) => {
        putLabel(story)
        const seen = story.github.world.head
        story.push('Wider', { 'escalation.md': renderEscalation({ ...story.escalation, paths: ['**'] }) })
        return ['mint', '--pull-request', '12', '--labeled-head', seen]
      },
      'escalation_altered',
    ],
    [
      'it is not known what the labeler saw',
      (story) => {
        putLabel(story)
        return ['mint', '--pull-request', '12']
      },
      'escalation_altered',
    ],
    [
      'the base branch has the same escalation',
      (story) => {
        const shown = story.git('show', 'HEAD:escalation.md')
        onBase(story, { 'escalation.md': `${shown}\n` })
        putLabel(story)
      },
      'escalation_stale',
    ],
    [
      'the head does not build on what the escalation starts from',
      (story) => {
        story.push('x', {
          'escalation.md': renderEscalation({ ...story.escalation, base: '1'.repeat(40) }),
        })
        putLabel(story)
      },
      'escalation_base',
    ],
    [
      'the escalation is for another repository',
      (story) => {
        const repo = 'github.com/acme/other'
        story.push('x', { 'escalation.md': renderEscalation({ ...story.escalation, repo }) })
        putLabel(story)
      },
      'grant_repository',
    ],
    [
      'the pull request is closed',
      (story) => {
        putLabel(story)
        story.github.world.closed = true
      },
      'pull_request_closed',
    ],
    [
      'it goes into a branch that is not protected',
      (story) => {
        intoBranch(story, 'evil')
        putLabel(story)
      },
      'branch_unprotected',
    ],
    [
      'an agent puts the label beside a manager’s review of the head',
      (story) => {
        const { world } = story.github
        world.reviews.push({ id: 31, by: manager, state: 'APPROVED', commit: world.head })
        putLabel(story, 7, agent)
      },
      'approval_not_person',
    ],
    [
      'the label is off again',
      (story) => {
        putLabel(story)
        story.github.world.labels = []
      },
      'approval_missing',
    ],
  ])('refuses when %s', async (_name, change, code) => {
    const story = begun()
    const argv = change(story) ?? mintArguments(story)
    const { code: exit, err } = await story.type(argv)
    expect(err).toContain(`[${code}]`)
    expect(exit).toBe(1)
    expect(story.github.world.comments).toEqual([])
  })

  it('mints for another branch that the default branch protects', async () => {
    const story = begun()
    intoBranch(story, 'release/1')
    putLabel(story)
    expect(await story.type(mintArguments(story))).toMatchObject({ code: 0 })
  })

  it('refuses a key that the base does not list as a minter’s', async () => {
    const story = begun()
    putLabel(story)
    const { privateJwk } = await (await import('@policy/core')).generateKeyPair()
    const { err } = await story.type(mintArguments(story), {
      MODEL_POLICY_MINTER_KEY: JSON.stringify(privateJwk),
    })
    expect(err).toContain('[grant_key_role]')
  })

  it.each([
    ['nothing', '', 'key_missing'],
    ['no key', '{"kty":"OKP"}', 'key_missing'],
    ['a key that the passphrase does not open', 'a.b.c.d.e', 'key_locked'],
  ])('refuses a secret that holds %s, and does not repeat it', async (_name, secret, code) => {
    const story = begun()
    putLabel(story)
    const { err, out } = await story.type(mintArguments(story), { MODEL_POLICY_MINTER_KEY: secret })
    expect(err).toContain(`[${code}]`)
    if (secret !== '') expect(err + out).not.toContain(secret)
    expect(story.github.world.comments).toEqual([])
  })

  it('refuses what has expired, however often it is started again', async () => {
    const story = worked()
    const later = Date.now() + 30 * 24 * 3600 * 1000
    expect((await story.type(mintArguments(story))).out).toMatch(/^There is already/)
    using _clock = vi.spyOn(Date, 'now').mockReturnValue(later)
    expect((await story.type(mintArguments(story))).err).toContain('[grant_expired]')
    expect(story.github.world.comments).toHaveLength(1)
  })

  it('mints anew for a label that was taken off and put on again', async () => {
    const story = worked()
    const { world } = story.github
    world.labels = []
    world.labelEvents.push({ id: 8, type: 'unlabeled', label: 'model:codex-approve', actor: manager })
    putLabel(story, 9)
    expect(await gate(story)).toMatchObject({ code: 'approval_withdrawn' })
    expect(await story.type(mintArguments(story))).toMatchObject({ code: 0 })
    expect(world.comments).toHaveLength(2)
    expect(await gate(story)).toMatchObject({ type: 'pass' })
  })

  describe('from the event of a run', () => {
    it('mints what the label was put on', async () => {
      const story = begun()
      putLabel(story)
      expect(await mintRun(story, labeled(story))).toMatchObject({ code: 0 })
    })

    it.each<[string, (story: PullRequestStory) => object]>([
      ['somebody else’s label', (story) => labeled(story, developer)],
      ['an earlier label of the same person', (story) => labeled(story, manager, '2026-11-22T11:59:00Z')],
      ['a label of nobody', (story) => ({ ...labeled(story), sender: undefined })],
      ['a push', (story) => ({ ...labeled(story), action: 'synchronize' })],
    ])('does not mint the text that a run was shown which waited since %s', async (_name, eventOf) => {
      const story = begun()
      const { world } = story.github
      const narrow = world.head
      const wide = renderEscalation({ ...story.escalation, paths: ['**'] })
      story.push('Wide', { 'escalation.md': wide })
      const waiting = eventOf(story)
      const shown = story.git('show', `${narrow}:escalation.md`)
      story.push('Narrow', { 'escalation.md': `${shown}\n` })
      putLabel(story)
      story.push('Wide again', { 'escalation.md': wide })
      expect((await mintRun(story, waiting)).err).toContain('[escalation_altered]')
      expect(world.comments).toEqual([])
    })
  })

  it('mints from the label of a later push, as long as the escalation is the same', async () => {
    const story = begun()
    putLabel(story)
    const seen = story.github.world.head
    story.push('Start\n\nAI-Model: gpt-5.3-codex', { 'src/a.ts': '1' })
    const { code, out } = await story.type(['mint', '--pull-request', '12', '--labeled-head', seen])
    expect([code, out]).toEqual([0, expect.stringMatching(/^Minted the grant/)])
  })
})

it.each<[string, (story: PullRequestStory) => void]>([
  [
    'the base branch moves',
    (story) => onBase(story, { '.model-policy/keys.json': '{"version":1,"keys":[]}' }),
  ],
  [
    'a review is dismissed',
    ({ github: { world } }) => {
      world.reviews = world.reviews.map((review) => ({ ...review, state: 'DISMISSED' }))
    },
  ],
  [
    'a label is taken off and put on by another',
    (story) => {
      unmark(story)
      mark(story, agent)
    },
  ],
])('takes no facts of two times: %s while it is read', async (_what, meanwhile) => {
  const story = worked()
  let happened = false
  story.github.fault = (path) => {
    if (!happened && path.endsWith('/permission')) {
      happened = true
      meanwhile(story)
    }
    return undefined
  }
  expect(await gate(story)).toMatchObject({ type: 'error', code: 'github_incomplete' })
  expect(happened).toBe(true)
})

it('takes the clock anew at each look: a key revoked while a check runs is revoked', async () => {
  await using story = await workedStory()
  const { world } = story.github
  const running = { name: 'test', status: 'in_progress', conclusion: null }
  const [done] = world.checks
  world.checks[0] = running
  const { env } = process
  const repository = await openRepository(story.repository, { env })
  using history = openHistory({ repository, env })
  let now = Date.now()
  const verdict = await judgeGate(
    {
      github: connect({ token: 'token', baseUrl: story.github.url, backOff: 5 }),
      history,
      owner: 'acme',
      repo: 'app',
      verifyAudit: (evidence, vkey) => verifyEvidence(evidence, { vkey }),
      now,
      subject: { type: 'pull-request', number: 12 },
    },
    {
      until: now + 1_800_000,
      clock: () => now,
      async pause() {
        const keys = await parseKeys(story.git('show', 'main:.model-policy/keys.json'))
        const revokedAt = new Date(now + 60_000).toISOString().replace(/\.\d+/, '')
        onBase(story, {
          '.model-policy/keys.json': renderKeys(keys.map((key) => ({ ...key, revokedAt }))),
        })
        if (done) world.checks[0] = done
        now += 120_000
      },
    },
  )
  expect(verdict).toMatchObject({ type: 'fail', code: 'grant_key_revoked' })
})
