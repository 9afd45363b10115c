import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEscalation } from '@policy/core'
import { memoryAuditLog, startLoopbackServer } from '@policy/client/testing'
import {
  openRepository,
  pinTrust,
  createFileLedger,
  loadPolicy,
  repositoryStateFolder,
  userFolders,
} from '@policy/local'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { openGuard, type OpenGuardOptions, PolicyDeniedError } from '../src/index.ts'
import { setUpScratch } from './support/scratch.ts'

/** A repository that is set up, an agent of another user who has pinned it, and a server that counts. */
async function world() {
  const made = await setUpScratch()
  const agent = made.person('agent')
  const repository = await openRepository(made.repository)
  const { trust } = await loadPolicy({ repository, folders: userFolders(made.projectManager.env) })
  const folders = userFolders(agent.env)
  const ledger = 'led_01JDZZZZZZZZZZZZZZZZZZZZZZ'
  await pinTrust({
    repository,
    folders,
    repositoryId: trust.repository,
    signers: trust.signers,
    ledger,
    serial: 1,
  })
  await createFileLedger({
    folder: join(repositoryStateFolder(folders, trust.repository), 'ledger'),
    id: ledger,
  })
  const server = await startLoopbackServer()
  const client = () => new OpenAI({ apiKey: 'sk-test', baseURL: server.url, maxRetries: 0 })
  const open = (options: OpenGuardOptions = {}) =>
    openGuard({ cwd: made.repository, env: agent.env, agent: 'agent:bot', persona: 'developer', ...options })
  return { ...made, agent, server, client, open, [Symbol.asyncDispose]: () => server.close() }
}

const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => (PolicyDeniedError.is(error) ? error : undefined),
  )

const source = (file: string) => new URL(`../src/${file}`, import.meta.url).href

/** A program that asks for the dear model and does not catch what comes of it. */
const careless = `
  import { openGuard } from ${JSON.stringify(source('index.ts'))}
  await using guard = await openGuard({ agent: 'agent:bot', persona: 'developer' })
  const response = await guard.wrapFetch(globalThis.fetch)('http://127.0.0.1:9/v1/responses', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-5.3-codex', input: 'x' }),
  })
  throw new Error('a fault of its own: ' + response.status)
`

describe('openGuard', () => {
  it('does not bury an error of the program under a log that cannot be written', async () => {
    await using made = await world()
    mkdirSync(join(made.repository, 'MODEL_AUDIT.log'))
    const ran = spawnSync(
      process.execPath,
      ['--conditions=@policy/source', '--input-type=module', '--eval', careless],
      { cwd: made.repository, env: { ...made.agent.env }, encoding: 'utf8' },
    )
    expect(ran.status).toBe(1)
    expect(ran.stderr).toContain('a fault of its own: 403')
    expect(ran.stderr).not.toContain('SuppressedError')
  })

  it('guards with the policy of the repository and counts in its log', async () => {
    await using made = await world()
    {
      await using guard = await made.open()
      const openai = guard.wrap(made.client(), { task: 'ISSUE-7', taskClass: 'triage' })
      await openai.responses.create({ model: 'gpt-5-mini', input: 'hello' })
      await openai.responses.create({ model: 'gpt-5-mini-2025-08-07', input: 'a snapshot of the same' })
    }
    const lines = readFileSync(join(made.repository, 'MODEL_AUDIT.log'), 'utf8').trimEnd().split('\n')
    const events = lines.map((line) => JSON.parse(line) as { type: string; data: Record<string, unknown> })
    expect(events[0]?.type).toBe('dev.modelpolicy.log.opened.v1')
    expect(events.at(-1)).toMatchObject({
      type: 'dev.modelpolicy.usage.summary.v1',
      data: {
        'model_policy.counts': [{ persona: 'developer', taskClass: 'triage', model: 'gpt-5-mini', calls: 2 }],
        'model_policy.closed': true,
      },
    })
  })

  it('completes the escalation of a refusal with what it measures, and writes it', async () => {
    await using made = await world()
    await using guard = await made.open()
    made.git('checkout', '--quiet', '-b', 'work')
    mkdirSync(join(made.repository, 'src/auth'), { recursive: true })
    writeFileSync(join(made.repository, 'src/auth/session.ts'), 'export {}\n')
    const openai = guard.wrap(made.client(), { task: 'ISSUE-12' })
    const refusal = await refusalOf(openai.responses.create({ model: 'gpt-codex-5.3', input: 'Split it' }))
    expect(refusal?.code).toBe('grant_required')
    expect(made.server.requests).toEqual([])
    if (!refusal?.escalation) throw new Error('there is no draft')
    await expect(guard.requestApproval(refusal.escalation, { timeout: 0 })).rejects.toMatchObject({
      code: 'approval_expired',
    })
    const { escalation } = await parseEscalation(readFileSync(join(made.repository, 'escalation.md'), 'utf8'))
    expect(escalation).toMatchObject({
      task: 'ISSUE-12',
      agent: 'agent:bot',
      persona: 'developer',
      request: { model: 'gpt-5.3-codex' },
      repo: 'github.com/acme/app',
      base: made.git('rev-parse', 'main'),
      reasons: ['security'],
      measured: { changedFiles: 1, changedLines: 1, modules: 1, sensitive: ['src/auth/session.ts'] },
      paths: ['src/**'],
    })
    expect(escalation.estimate.promptTokens).toBeGreaterThan(0)
  })

  it('says what an escalation lacks when the call named no task', async () => {
    await using made = await world()
    await using guard = await made.open()
    const openai = guard.wrap(made.client())
    const refusal = await refusalOf(openai.responses.create({ model: 'gpt-codex-5.3', input: 'Split it' }))
    if (!refusal?.escalation) throw new Error('there is no draft')
    await expect(guard.requestApproval(refusal.escalation)).rejects.toMatchObject({
      code: 'escalation_malformed',
      message: expect.stringContaining('task'),
    })
  })

  it('keeps the key of an agent from one run to the next, and another for another agent', async () => {
    await using made = await world()
    const keyOf = async (agent: string) => {
      await using guard = await made.open({ agent })
      const openai = guard.wrap(made.client(), { task: 'ISSUE-12' })
      const refusal = await refusalOf(openai.responses.create({ model: 'gpt-codex-5.3', input: 'x' }))
      return refusal?.escalation?.agentKey?.x
    }
    const first = await keyOf('agent:bot')
    expect(first).toMatch(/^[\w-]{43}$/)
    expect(await keyOf('agent:bot')).toBe(first)
    expect(await keyOf('agent:other')).not.toBe(first)
  })

  it('records where it is told to, and leaves that log open', async () => {
    await using made = await world()
    const audit = memoryAuditLog()
    {
      await using guard = await made.open({ audit })
      const openai = guard.wrap(made.client(), { task: 'ISSUE-12' })
      await refusalOf(openai.responses.create({ model: 'gpt-codex-5.3', input: 'x' }))
    }
    expect(audit.records.map(({ kind }) => kind)).toEqual(['call.refused'])
    expect(existsSync(join(made.repository, 'MODEL_AUDIT.log'))).toBe(false)
  })

  it.each<[string, string, (repository: string) => void]>([
    [
      'an edited policy',
      'policy_altered',
      (folder) =>
        edit(folder, 'model-policy.yaml', 'models: [gpt-5-mini]', 'models: [gpt-5-mini, gpt-5.2-codex]'),
    ],
    [
      'edited keys',
      'policy_altered',
      (folder) => edit(folder, '.model-policy/keys.json', 'github:1234567', 'github:7654321'),
    ],
    ['no policy', 'policy_missing', (folder) => move(folder, 'model-policy.yaml')],
    ['no signature', 'policy_unsigned', (folder) => move(folder, '.model-policy/policy.sig')],
  ])('refuses to open with %s: %s', async (_name, code, harm) => {
    await using made = await world()
    harm(made.repository)
    await expect(made.open()).rejects.toMatchObject({ code })
  })

  it('refuses to open for somebody who has pinned nothing', async () => {
    await using made = await world()
    await expect(made.open({ env: made.person('stranger').env })).rejects.toMatchObject({
      code: 'trust_missing',
    })
  })
})

function edit(folder: string, name: string, from: string, to: string): void {
  const file = join(folder, name)
  const text = readFileSync(file, 'utf8')
  if (!text.includes(from)) throw new Error(`${name} does not hold ${from}`)
  writeFileSync(file, text.replaceAll(from, to))
}

function move(folder: string, name: string): void {
  renameSync(join(folder, name), join(folder, `${name}.moved`))
}
