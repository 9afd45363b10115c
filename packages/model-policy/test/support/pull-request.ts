import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  defaultPolicy,
  type Escalation,
  generateKeyPair,
  type KeyPair,
  parsePolicy,
  readGrant,
  renderEscalation,
  renderKeys,
} from '@policy/core'
import { createAuditLog, fileSink, gatherEvidence, generateLogKey, sealLog } from '@policy/audit'
import { type FakeCommit, fakeGitHub, type FakeGitHub } from '../../../github/test/support/fake-github.ts'
import { agent, manager, reviewer } from '../../../github/test/support/a-pull-request.ts'
import { type Host, run } from '../../src/command-line.ts'
import { bareEnvironment } from './bare-environment.ts'

const label = 'model:codex-approve'
const origin = 'acme-app'

/** A pull request on a fake GitHub over a real repository, as it goes from request to merge. */
export interface PullRequestStory extends AsyncDisposable {
  github: FakeGitHub
  repository: string
  git(...argv: string[]): string
  minter: KeyPair
  escalation: Escalation
  /** Write files into the working tree. */
  write(files: Readonly<Record<string, string>>): void
  /** Commit files on the pull request's branch, and push; as the agent, but for what `facts` say. */
  push(message: string, files: Readonly<Record<string, string>>, facts?: Partial<FakeCommit>): string
  /** Run a command as a workflow does; `labeledHead` is what the event's payload says. */
  type(
    argv: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<{ code: number; out: string; err: string }>
  /** The token of the newest comment with a grant. */
  token(): string
  /** Remember how everything stands; the function goes back there. */
  save(): () => void
  /** Record a call under the grant, seal the log, and give the evidence file. */
  evidence(): Promise<string>
}

/** Begin: a base branch with policy, keys and `files`, a branch with an escalation on it, and nothing approved. */
export async function pullRequestStory(
  files: Readonly<Record<string, string>> = {},
): Promise<PullRequestStory> {
  const repository = mkdtempSync(join(tmpdir(), 'model-policy-test-'))
  // nothing packs behind a test's back, least of all while something else does
  const settings = ['user.name=Test', 'user.email=test@example.com', 'gc.auto=0', 'maintenance.auto=false']
  const env = { ...bareEnvironment, HOME: repository, GIT_CONFIG_NOSYSTEM: '1' }
  const git = (...argv: string[]) =>
    execFileSync('git', [...settings.flatMap((one) => ['-c', one]), ...argv], {
      cwd: repository,
      encoding: 'utf8',
      env,
      stdio: 'pipe',
    }).trim()
  git('init', '--quiet', '--initial-branch=main')
  const [minter, agentKey, logKey] = [
    await generateKeyPair(),
    await generateKeyPair(),
    generateLogKey(origin),
  ]
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(repository, path)), { recursive: true })
      writeFileSync(join(repository, path), text)
    }
  }
  const commit = (message: string, files: Readonly<Record<string, string>>) => {
    write(files)
    git('add', '--all')
    git('commit', '--quiet', '--allow-empty', '--message', message)
    return git('rev-parse', 'HEAD')
  }
  const approvers = { persona: 'project-manager', label, people: [`github:${manager.id}`] }
  const policyText = JSON.stringify({
    ...defaultPolicy,
    escalation: { ...defaultPolicy.escalation, approvers },
  })
  const record = {
    kid: minter.kid,
    role: 'minter',
    subject: 'ci:mint',
    key: minter.publicJwk,
    personas: [],
    notBefore: '2026-01-01T00:00:00Z',
  } as const
  const base = commit('Policy', {
    'model-policy.yaml': policyText,
    '.model-policy/keys.json': renderKeys([record]),
    // two machines have sealed logs of this repository; the evidence is of the second
    '.model-policy/log.vkey': `${generateLogKey(origin).vkey}\n\n${logKey.vkey}\n`,
    'src/session/store.ts': 'export const store = 1\n',
    'src/auth/login.ts': 'export const login = 1\n',
    ...files,
  })
  const escalation: Escalation = {
    escalation: 1,
    id: 'esc_01JD0000000000000000000000',
    task: 'ISSUE-12',
    agent: 'agent:refactor-bot',
    agentKey: agentKey.publicJwk,
    persona: 'developer',
    request: { model: 'gpt-codex-5.3' },
    repo: 'github.com/acme/app',
    ledger: 'led_01JD0000000000000000000000',
    base,
    reasons: ['complexity'],
    summary: 'Split the session store',
    measured: null,
    paths: ['src/**'],
    estimate: { promptTokens: 100, outputs: ['src/**'] },
    policy: (await parsePolicy(policyText)).digest,
  }
  git('checkout', '--quiet', '-b', 'refactor/session')
  const github = await fakeGitHub({
    number: 12,
    author: agent,
    baseBranch: 'main',
    base,
    head: base,
    headBranch: 'refactor/session',
    commits: [],
    labels: [],
    labelEvents: [],
    reviews: [],
    comments: [],
    checks: [
      { name: 'test', status: 'completed', conclusion: 'success' },
      { name: 'skill-vetter', status: 'completed', conclusion: 'success' },
    ],
    pushes: [],
    permissions: {
      [manager.login]: { account: manager, permission: 'write', role: 'maintain' },
      [reviewer.login]: { account: reviewer, permission: 'write', role: 'write' },
    },
    pageSize: 100,
  })
  const story: PullRequestStory = {
    github,
    repository,
    git,
    minter,
    escalation,
    write,
    push(message, files, facts = {}) {
      const id = commit(message, files)
      const { world } = github
      const known = { id, message, author: agent, committer: agent, ...facts }
      world.commits.push(known)
      world.pushes.push({ by: known.author, before: world.head, after: id })
      world.head = id
      return id
    },
    async type(argv, env = {}) {
      const typed = { out: '', err: '' }
      const host: Host = {
        cwd: repository,
        env: {
          ...bareEnvironment,
          GITHUB_TOKEN: 'token',
          GITHUB_REPOSITORY: 'acme/app',
          GITHUB_API_URL: github.url,
          MODEL_POLICY_MINTER_KEY: JSON.stringify(minter.privateJwk),
          MODEL_POLICY_BACK_OFF_MS: '5',
          ...env,
        },
        clock: Date.now,
        out: (text) => void (typed.out += text),
        err: (text) => void (typed.err += text),
        readInput: async () => '',
        terminal: undefined,
      }
      const code = await run(argv, host)
      return { code, ...typed }
    },
    token() {
      const [token] = github.world.comments.at(-1)?.body.match(/^[\w-]+\.[\w-]+\.[\w-]+$/m) ?? []
      if (token === undefined) throw new Error('no comment carries a grant')
      return token
    },
    async evidence() {
      const grant = await readGrant(story.token())
      const path = join(repository, '.git', 'MODEL_AUDIT.log')
      {
        await using log = createAuditLog({ sinks: [fileSink({ path })], origin })
        await log.record({
          kind: 'call.started',
          data: {
            'model_policy.call_id': 'call-1',
            'model_policy.source': 'guard',
            'model_policy.audit': 'full',
            'gen_ai.agent.id': escalation.agent,
            'model_policy.task': escalation.task,
            'gen_ai.operation.name': 'chat',
            'gen_ai.request.model': 'gpt-codex-5.3',
            'model_policy.model': 'gpt-5.3-codex',
            'model_policy.model_class': 'codex',
            'model_policy.policy_digest': escalation.policy,
            'model_policy.prompt_hash': `sha256:${'0'.repeat(64)}`,
            'model_policy.rationale': 'Split the session store',
            'model_policy.paths': ['src/session/store.ts'],
            'model_policy.decision': 'allow',
            'model_policy.grant.jti': grant.jti,
            'model_policy.approval.basis': 'approval',
            'model_policy.approval.by': grant.sub,
            'model_policy.approval.uri': grant.approval.uri,
            'model_policy.escalation': grant.approval.escalation,
          },
        })
      }
      await sealLog({ path, key: logKey.skey, origin })
      return JSON.stringify(await gatherEvidence({ path, escalation: grant.approval.escalation }))
    },
    save() {
      const [world, branch] = [structuredClone(github.world), git('rev-parse', 'HEAD')]
      return () => {
        Object.assign(github, {
          world: structuredClone(world),
          fault: () => undefined,
          requests: [],
          attempts: new Map(),
        })
        git('checkout', '--quiet', '--force', '-B', world.headBranch, branch)
        git('branch', '--force', 'main', world.base)
        git('clean', '--quiet', '--force')
      }
    },
    async [Symbol.asyncDispose]() {
      await github[Symbol.asyncDispose]()
      rmSync(repository, { recursive: true, force: true })
    },
  }
  story.push('Ask for Codex', { 'escalation.md': renderEscalation(escalation) })
  return story
}

/** The manager puts the label on. */
export function putLabel({ github: { world } }: PullRequestStory, id = 7, by = manager): void {
  world.labels.push(label)
  world.labelEvents.push({ id, type: 'labeled', label, actor: by })
}

/** Everything up to the merge: label, grant, work with its evidence, a review of that head. */
export async function workedStory(): Promise<PullRequestStory> {
  const story = await pullRequestStory()
  putLabel(story)
  const { code, err } = await story.type([
    'mint',
    '--pull-request',
    '12',
    '--labeled-head',
    story.github.world.head,
  ])
  if (code !== 0) throw new Error(err)
  story.push('Split the store\n\nAI-Model: gpt-5.3-codex\nAssisted-by: Codex:gpt-5.3-codex', {
    'src/session/store.ts': 'export const store = 2\n',
    [`.model-policy/evidence/${story.escalation.id}.json`]: await story.evidence(),
  })
  story.github.world.reviews.push({
    id: 31,
    by: reviewer,
    state: 'APPROVED',
    commit: story.github.world.head,
  })
  return story
}
