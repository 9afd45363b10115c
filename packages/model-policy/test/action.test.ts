import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { manager } from '../../github/test/support/a-pull-request.ts'
import { at } from '../../github/test/support/fake-github.ts'
import { payload } from '../../github/test/support/samples.ts'
import { entries } from './support/asked-office.ts'
import { bareEnvironment } from './support/bare-environment.ts'
import { openOffice } from './support/office.ts'
import { pullRequestStory, putLabel, type PullRequestStory } from './support/pull-request.ts'

const workspace = join(import.meta.dirname, '../../..')
const folder = mkdtempSync(join(tmpdir(), 'model-policy-action-'))
const bundle = join(folder, 'action.mjs')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Run a program as it is, from a folder with nothing installed. */
function node(
  argv: readonly string[],
  cwd: string,
  env: Record<string, string>,
): Promise<{ code: number; out: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      argv,
      { cwd, env: { ...bareEnvironment, HOME: folder, ...env } },
      (_error, out, err) => resolve({ code: child.exitCode ?? 1, out: out + err }),
    )
  })
}

beforeAll(async () => {
  const { code, out } = await node(['tools/build-action.ts', bundle], workspace, {})
  if (code !== 0) throw new Error(out)
}, 60_000)

/** Run the Action as a runner does: inputs, event and files by environment variables. */
async function stepIn(cwd: string, inputs: Record<string, string>, payloadOfEvent: object = {}) {
  const files = {
    event: join(folder, 'event.json'),
    summary: join(folder, 'summary.md'),
    output: join(folder, 'output'),
  }
  writeFileSync(files.event, JSON.stringify(payloadOfEvent))
  writeFileSync(files.summary, '')
  writeFileSync(files.output, '')
  const { code, out } = await node([bundle], cwd, {
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: 'acme/app',
    GITHUB_EVENT_PATH: files.event,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_OUTPUT: files.output,
    INPUT_TOKEN: 'token',
    ...inputs,
  })
  const [summary, output] = [readFileSync(files.summary, 'utf8'), readFileSync(files.output, 'utf8')]
  // whatever a step prints, the runner finds no command in it
  expect(out).not.toMatch(/^\s*::|##\[/m)
  return { code, out, summary, output }
}

/** The same for a label event on the story's pull request. */
function step(story: PullRequestStory, inputs: Record<string, string>) {
  const event = payload('pull_request', 'labeled')
  const pull = {
    ...(event['pull_request'] as object),
    number: 12,
    head: { sha: story.github.world.head },
    title: '::error::x $(id)',
    updated_at: at,
  }
  const sender = { id: manager.id }
  const about = { GITHUB_API_URL: story.github.url, GITHUB_EVENT_NAME: 'pull_request' }
  return stepIn(story.repository, { ...about, ...inputs }, { ...event, sender, pull_request: pull })
}

it('is one file that gates and mints, for events as GitHub sends them', async () => {
  await using story = await pullRequestStory()
  story.push('Start\n\nAI-Model: gpt-5.3-codex', { 'src/a.ts': '1' })
  putLabel(story)
  const before = await step(story, { INPUT_COMMAND: 'gate' })
  expect(before).toMatchObject({ code: 3, output: 'verdict=fail\ncode=grant_missing\n' })
  expect(before.summary).toContain('### Model policy: Fail')

  const key = JSON.stringify(story.minter.privateJwk)
  const minted = await step(story, { INPUT_COMMAND: 'mint', 'INPUT_MINTER-KEY': key })
  expect(minted).toMatchObject({ code: 0, output: expect.stringMatching(/^jti=/) })
  expect(minted.out).not.toContain(story.minter.privateJwk.d)
  expect(await step(story, { INPUT_COMMAND: 'gate' })).toMatchObject({
    output: 'verdict=fail\ncode=review_missing\n',
  })
}, 60_000)

it('mints a review where a person starts it, and never a label whose head it was not shown', async () => {
  await using story = await pullRequestStory()
  const { world } = story.github
  const inputs = {
    INPUT_COMMAND: 'mint',
    INPUT_ARGUMENTS: '--pull-request\n12',
    'INPUT_MINTER-KEY': JSON.stringify(story.minter.privateJwk),
    GITHUB_API_URL: story.github.url,
    GITHUB_EVENT_NAME: 'workflow_dispatch',
  }
  const dispatched = () => stepIn(story.repository, inputs, { inputs: { 'pull-request': 12 } })
  putLabel(story)
  const labeled = await dispatched()
  expect(labeled).toMatchObject({ code: 1, output: '' })
  expect(labeled.out).toContain('[escalation_altered]')
  world.reviews.push({ id: 9, by: manager, state: 'APPROVED', commit: world.head })
  expect(await dispatched()).toMatchObject({ code: 0, output: expect.stringMatching(/^jti=/) })
  expect(world.comments).toHaveLength(1)
}, 60_000)

it('runs no other command, and reads its inputs only as arguments', async () => {
  await using story = await pullRequestStory()
  expect(await step(story, { INPUT_COMMAND: 'approve' })).toMatchObject({ code: 1 })
  const injected = await step(story, {
    INPUT_COMMAND: 'gate',
    INPUT_ARGUMENTS: '--pull-request\n12; touch pwned',
  })
  expect(injected.code).toBe(1)
  expect(injected.out).toContain('[usage]')
}, 60_000)

it('shows nothing that strangers wrote as anything but text, on any of its ways out', async () => {
  await using story = await pullRequestStory()
  const hostile = 'x ##[set-output name=verdict]pass <img src=x> @acme/all'
  story.push(`One\n\nAI-Model: ${hostile}\r::set-output name=verdict::pass`, { 'src/a.ts': '1' })
  const judged = await step(story, { INPUT_COMMAND: 'gate' })
  expect(judged).toMatchObject({ code: 3, output: 'verdict=fail\ncode=model_unknown\n' })
  expect(judged.out).toContain('## [set-output name=verdict]pass')
  const row = judged.summary.split('\n').find((line) => line.includes('acme/all')) ?? judged.summary
  expect(row.replaceAll(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, '')).not.toMatch(/<img|@acme/)
}, 60_000)

it('never shows the key of the minter, whatever is wrong with it', async () => {
  await using story = await pullRequestStory()
  putLabel(story)
  const { privateJwk } = story.minter
  for (const secret of [
    `${JSON.stringify(privateJwk)}x`,
    privateJwk.d,
    JSON.stringify({ ...privateJwk, kid: 'k' }),
  ]) {
    const failed = await step(story, { INPUT_COMMAND: 'mint', 'INPUT_MINTER-KEY': secret })
    expect(failed).toMatchObject({ code: 1, output: '', summary: '' })
    expect(failed.out).toContain('[key_missing]')
    expect(failed.out).not.toContain(privateJwk.d)
  }
  expect(story.github.world.comments).toEqual([])
}, 60_000)

it('comments, following the run of the gate', async () => {
  await using story = await pullRequestStory()
  const head = story.push('Start\n\nAI-Model: gpt-5.3-codex', { 'src/a.ts': '1' })
  const event = payload('workflow_run', 'completed') as { workflow_run: { head_repository: object } }
  const run = {
    ...event.workflow_run,
    head_sha: head,
    head_branch: 'refactor/session',
    head_repository: { ...event.workflow_run.head_repository, owner: { login: 'acme' } },
  }
  const inputs = {
    INPUT_COMMAND: 'comment',
    GITHUB_API_URL: story.github.url,
    GITHUB_EVENT_NAME: 'workflow_run',
  }
  const commented = await stepIn(story.repository, inputs, { ...event, workflow_run: run })
  expect(commented).toMatchObject({ code: 0, out: '#12: fail, comment written\n', output: '' })
  expect(story.github.world.comments).toHaveLength(1)
}, 60_000)

/** Report a call by the Action, in an office of its own; as its manager, whose machine trusts the policy. */
const record = async (more: readonly string[] = [], home?: string) => {
  const office = await openOffice()
  office.write('request.json', '{"model":"gpt-codex-5.3"}')
  const rationale = 'Split it\u2028::error::x ##[error]y'
  const words = [
    '--agent',
    'agent:bot',
    '--path',
    'src/**',
    '--rationale',
    rationale,
    '--body',
    'request.json',
  ]
  const told = await stepIn(office.repository, {
    INPUT_COMMAND: 'record',
    INPUT_ARGUMENTS: [...words, ...more].join('\n'),
    HOME: home ?? office.manager.home,
  })
  const log = existsSync(join(office.repository, 'MODEL_AUDIT.log')) ? entries(office) : []
  return { told, calls: log.filter(({ type }) => type.includes('.call.')) }
}

describe('record', () => {
  const codex = ['--model', 'gpt-codex-5.3']
  const approval = ['--approval', 'https://github.com/acme/app/pull/12']

  it('writes what was reported into the log, and gives the id of the call', async () => {
    const { told, calls } = await record([...codex, ...approval, '--input-tokens', '12'])
    const id = /^call-id=([\w-]{36})\n$/.exec(told.output)?.[1]
    expect(told).toMatchObject({ code: 0, out: expect.stringContaining(`Recorded call ${id}`), summary: '' })
    expect(calls.map(({ type }) => type.split('.')[3])).toEqual(['started', 'finished'])
    for (const { data } of calls) {
      expect(data).toMatchObject({ 'model_policy.call_id': id, 'model_policy.source': 'reported' })
    }
    expect(calls[0]?.data['model_policy.approval.uri']).toBe(approval[1])
  }, 60_000)

  it.each<[string, string[], string | undefined, number, string]>([
    ['a dear model without an approval', codex, undefined, 2, 'Not recorded'],
    [
      'a body that is not there',
      [...codex, ...approval, '--body', 'absent'],
      undefined,
      1,
      '[file_unreadable]',
    ],
    ['tokens that are no number', [...codex, ...approval, '--output-tokens', 'x'], undefined, 1, '[usage]'],
    ['no model', approval, undefined, 1, "required option '--model <id>' not specified"],
    ['an option that does not exist', [...codex, '--force'], undefined, 1, "unknown option '--force'"],
    ['a runner on which nobody trusts the policy', [...codex, ...approval], folder, 1, '[trust_missing]'],
  ])(
    'writes nothing for %s, and fails',
    async (_name, more, home, code, why) => {
      const { told, calls } = await record(more, home)
      expect(told).toMatchObject({ code, out: expect.stringContaining(why), output: '' })
      expect(calls).toEqual([])
    },
    60_000,
  )
})

it('declares what it is: Node 24, the built file, every input that is read', () => {
  const action = parse(readFileSync(join(workspace, 'action.yml'), 'utf8')) as {
    inputs: object
    outputs: object
    runs: { using: string; main: string }
  }
  expect(action.runs).toEqual({ using: 'node24', main: 'dist/action.js' })
  expect(Object.keys(action.inputs)).toEqual(['command', 'arguments', 'token', 'minter-key'])
  expect(Object.keys(action.outputs)).toEqual(['verdict', 'code', 'jti', 'call-id'])
})
