import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { Account } from '../../../github/src/account/account.ts'
import { at, fakeGitHub, type FakeGitHub } from '../../../github/test/support/fake-github.ts'
import { about, edit, facts } from './asked-office.ts'
import { bareEnvironment } from './bare-environment.ts'
import { type Office, openOffice, passphrase, type Typed } from './office.ts'

const program = join(import.meta.dirname, '../../src/main.ts')
const label = 'model:codex-approve'

/** The person whom the policy lists. */
export const manager: Account = { id: 1, login: 'mona', bot: false }
/** Somebody who may write, and whom the policy does not list. */
export const developer: Account = { id: 2, login: 'dev', bot: false }
const author: Account = { id: 9, login: 'agent[bot]', bot: true }

/** An office whose repository is on a GitHub: an agent asks on a pull request, people answer there, a workflow mints. */
export interface MintingOffice {
  office: Office
  github: FakeGitHub
  /** The agent asks for a command or a write, commits that and pushes. */
  ask(request: readonly string[]): Promise<void>
  /** The agent changes the arguments in the file by hand, commits that and pushes. */
  alter(from: string, to: string): void
  /** The agent commits what lies there and pushes. */
  push(message: string): void
  /** Somebody puts the label on; gives the payload of that event. */
  putLabel(by?: Account): object
  /** Somebody approves the head as it is now. */
  approveHead(by?: Account): void
  /** A workflow's job mints, as a process of its own in its own clone of the base branch. */
  mint(payload?: object): Promise<Typed>
  /** A process of the agent's user. */
  run(argv: readonly string[], input?: string): Promise<Typed>
  /** The text of the comments on the pull request, as anybody may read them. */
  comments(): Promise<string>
}

/** Begin: the manager has listed a minter's key and pushed; the agent's user trusts the signer and is on a branch. */
export async function openMintingOffice(): Promise<MintingOffice> {
  const office = await openOffice()
  const { folder, repository, git } = office
  const made = await office.manager.type(
    ['keys', 'generate', '--role', 'minter', '--subject', 'ci:mint', '--json'],
    [passphrase, passphrase],
  )
  if (made.code !== 0) throw new Error(made.err)
  const { file } = JSON.parse(made.out) as { file: string }
  const minterKey = readFileSync(file, 'utf8')
  const keys = await office.manager.type(['keys', 'list', '--json'])
  const records = JSON.parse(keys.out) as { kid: string; role: string }[]
  const signer = records.find(({ role }) => role === 'signer')?.kid ?? ''
  for (const [person, argv, answers] of [
    [office.manager, ['policy', 'sign'], [passphrase]],
    [office.agent, ['trust', '--signer', signer], undefined],
  ] as const) {
    const typed = await person.type(argv, answers)
    if (typed.code !== 0) throw new Error(typed.err)
  }
  const origin = join(folder, 'origin.git')
  git('clone', '--quiet', '--bare', '.', origin)
  const push = (message: string, branch: string) => {
    git('add', '--all')
    git('commit', '--quiet', '--message', message)
    git('push', '--quiet', origin, `HEAD:refs/heads/${branch}`)
    return git('rev-parse', 'HEAD')
  }
  const base = push('List the minter', 'main')
  git('branch', '--force', 'main')
  office.write('src/auth/session.ts', 'export const session = 2\n')
  const github = await fakeGitHub({
    number: 12,
    author,
    baseBranch: 'main',
    base,
    head: base,
    headBranch: 'work',
    commits: [],
    labels: [],
    labelEvents: [],
    reviews: [],
    comments: [],
    checks: [],
    pushes: [],
    permissions: {
      [manager.login]: { account: manager, permission: 'write', role: 'maintain' },
      [developer.login]: { account: developer, permission: 'write', role: 'write' },
    },
    pageSize: 100,
  })
  onTestFinished(() => github[Symbol.asyncDispose]())
  const { world } = github
  const runner = join(folder, 'runner')
  git('clone', '--quiet', '--branch', 'main', origin, runner)
  const pushWork = (message: string): void => {
    const id = push(message, 'work')
    world.commits.push({ id, message, author, committer: author })
    world.pushes.push({ by: author, before: world.head, after: id })
    world.head = id
    git('-C', runner, 'fetch', '--quiet', 'origin', '+refs/heads/work:refs/remotes/pull/head')
  }

  return {
    office,
    github,
    async ask(request) {
      const typed = await office.agent.type(['escalate', ...facts, ...about, '--path', '**', ...request])
      if (typed.code !== 0) throw new Error(typed.err)
      pushWork('Ask for it')
    },
    alter(from, to) {
      edit(office, from, to)
      pushWork('Alter it')
    },
    push: pushWork,
    putLabel(by = manager) {
      world.labels.push(label)
      world.labelEvents.push({ id: 7, type: 'labeled', label, actor: by })
      return {
        action: 'labeled',
        sender: { id: by.id },
        pull_request: { number: 12, head: { sha: world.head }, updated_at: at },
      }
    },
    approveHead(by = manager) {
      world.reviews.push({ id: 31, by, state: 'APPROVED', commit: world.head })
    },
    mint(payload) {
      const home = join(folder, 'homes/runner')
      mkdirSync(home, { recursive: true })
      const event = join(home, 'event.json')
      writeFileSync(event, JSON.stringify(payload ?? {}))
      return start(['mint', ...(payload === undefined ? ['--pull-request', '12'] : [])], runner, {
        ...bareEnvironment,
        HOME: home,
        GITHUB_TOKEN: 'token',
        GITHUB_REPOSITORY: 'acme/app',
        GITHUB_API_URL: github.url,
        GITHUB_EVENT_NAME: 'pull_request_target',
        GITHUB_EVENT_PATH: event,
        MODEL_POLICY_MINTER_KEY: minterKey,
        MODEL_POLICY_PASSPHRASE: passphrase,
      })
    },
    run: (argv, input) => start(argv, repository, office.agent.env, input),
    async comments() {
      const answer = await fetch(`${github.url}/repos/acme/app/issues/12/comments`)
      return ((await answer.json()) as { body: string }[]).map(({ body }) => body).join('\n')
    },
  }
}

async function start(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  input = '',
): Promise<Typed> {
  const child = spawn(process.execPath, ['--conditions=@policy/source', program, ...argv], { cwd, env })
  child.stdin.end(input)
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? -1))
  })
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, out, err }
}
