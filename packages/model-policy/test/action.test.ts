import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { payload } from '../../github/test/support/samples.ts'
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
      { cwd, env: { PATH: process.env['PATH'], HOME: folder, ...env } },
      (_error, out, err) => resolve({ code: child.exitCode ?? 1, out: out + err }),
    )
  })
}

beforeAll(async () => {
  const { code, out } = await node(['tools/build-action.ts', bundle], workspace, {})
  if (code !== 0) throw new Error(out)
}, 60_000)

function step(story: PullRequestStory, inputs: Record<string, string>) {
  const event = payload('pull_request', 'labeled')
  const pull = {
    ...(event['pull_request'] as object),
    number: 12,
    head: { sha: story.github.world.head },
    title: '::error::x $(id)',
  }
  const files = {
    event: join(folder, 'event.json'),
    summary: join(folder, 'summary.md'),
    output: join(folder, 'output'),
  }
  writeFileSync(files.event, JSON.stringify({ ...event, pull_request: pull }))
  writeFileSync(files.summary, '')
  writeFileSync(files.output, '')
  const env = {
    GITHUB_API_URL: story.github.url,
    GITHUB_REPOSITORY: 'acme/app',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: files.event,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_OUTPUT: files.output,
    INPUT_TOKEN: 'token',
    ...inputs,
  }
  const told = async () => {
    const { code, out } = await node([bundle], story.repository, env)
    return {
      code,
      out,
      summary: readFileSync(files.summary, 'utf8'),
      output: readFileSync(files.output, 'utf8'),
    }
  }
  return told()
}

it('is one file that gates and mints, for events as GitHub sends them', async () => {
  await using story = await pullRequestStory()
  story.push('Start\n\nAI-Model: gpt-5.3-codex', { 'src/a.ts': '1' })
  putLabel(story)
  const before = await step(story, { INPUT_COMMAND: 'gate' })
  expect(before).toMatchObject({ code: 3, output: 'verdict=fail\ncode=grant_missing\n' })
  expect(before.summary).toContain('### Model policy: Fail')
  expect(before.out).not.toMatch(/^::/m)

  const key = JSON.stringify(story.minter.privateJwk)
  const minted = await step(story, { INPUT_COMMAND: 'mint', 'INPUT_MINTER-KEY': key })
  expect(minted).toMatchObject({ code: 0, output: expect.stringMatching(/^jti=/) })
  expect(minted.out).not.toContain(story.minter.privateJwk.d)
  expect(await step(story, { INPUT_COMMAND: 'gate' })).toMatchObject({
    output: 'verdict=fail\ncode=review_missing\n',
  })
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

it('declares what it is: Node 24, the built file, every input that is read', () => {
  const action = parse(readFileSync(join(workspace, 'action.yml'), 'utf8')) as {
    inputs: object
    runs: { using: string; main: string }
  }
  expect(action.runs).toEqual({ using: 'node24', main: 'dist/action.js' })
  expect(Object.keys(action.inputs)).toEqual(['command', 'arguments', 'token', 'minter-key'])
})
