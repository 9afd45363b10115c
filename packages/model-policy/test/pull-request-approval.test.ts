import { spawn } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseEscalation } from '@policy/core'
import { startLoopbackServer } from '@policy/client/testing'
import { afterAll, expect, it } from 'vitest'
import { entries } from './support/asked-office.ts'
import { manager, type MintingOffice, openMintingOffice } from './support/minting-office.ts'

const program = join(import.meta.dirname, 'support/agent-process.ts')
const server = await startLoopbackServer()
afterAll(() => server.close())

interface Said {
  answered: boolean
  code?: string
  message?: string
  asked?: string
}

/** Run the agent as a process of its own; with the job's token unless `more` says otherwise. */
async function agent({ office, github }: MintingOffice, more: Record<string, string> = {}): Promise<Said> {
  const env = {
    ...office.agent.env,
    GITHUB_TOKEN: 'token',
    GITHUB_API_URL: github.url,
    MODEL_URL: server.url,
  }
  const child = spawn(process.execPath, ['--conditions=@policy/source', program], {
    cwd: office.repository,
    env: { ...env, ...more },
  })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (out === '') throw new Error(err)
  return JSON.parse(out) as Said
}

const jtiOf = (out: string) => /grant (\S+),/.exec(out)?.[1]
const left = async ({ run }: MintingOffice) =>
  (JSON.parse((await run(['grant', 'show', '--json'])).out) as { jti: string; used: number }[]).map(
    ({ jti, used }) => ({ jti, used }),
  )

/** An agent that was refused, asked, and waits; its escalation is on the pull request. */
async function asked(): Promise<MintingOffice & { waiting: Promise<Said> }> {
  const made = await openMintingOffice()
  const waiting = agent(made, { WAIT: '60000' })
  await expect
    .poll(() => existsSync(join(made.office.repository, 'escalation.md')), { timeout: 30_000 })
    .toBe(true)
  made.push('Ask for Codex')
  return { ...made, waiting }
}

it('an agent that was refused asks, a person labels, the mint job comments, and the agent goes on by itself', async () => {
  const made = await asked()
  const before = server.requests.length
  const minted = await made.mint(made.putLabel())
  expect(minted).toMatchObject({ code: 0, err: '' })
  const jti = jtiOf(minted.out)

  expect(await made.waiting).toEqual({ answered: true, asked: 'grant_required' })
  expect(server.requests.length - before).toBe(1)
  const started = entries(made.office).filter(({ type }) => type.endsWith('call.started.v1'))
  expect(started.map(({ data }) => data['model_policy.grant.jti'])).toEqual([jti])
  expect(started[0]?.data['model_policy.approval.uri']).toBe('https://github.com/acme/app/pull/12')
  expect(await left(made)).toEqual([{ jti, used: 1 }])

  // minting again, also where nobody finds the comment any more, gives the same budget
  expect((await made.mint(made.putLabel())).out).toContain(`There is already the grant ${jti}`)
  made.github.world.comments.length = 0
  expect(jtiOf((await made.mint(made.putLabel())).out)).toBe(jti)
  made.github.requests.length = 0
  expect(await agent(made)).toEqual({ answered: true })
  expect(await left(made)).toEqual([{ jti, used: 2 }])
  // what is at hand is not asked for again
  expect(made.github.requests).toEqual([])

  // what is used up or taken back is given again by the label put on anew: the same request, another budget
  expect((await made.run(['revoke', '--grant', jti ?? ''])).code).toBe(0)
  expect(await agent(made)).toMatchObject({ answered: false, code: 'grant_revoked' })
  const payload = made.putLabel()
  Object.assign(made.github.world.labelEvents.at(-1) ?? {}, { id: 8 })
  const renewed = jtiOf((await made.mint(payload)).out)
  expect(renewed).not.toBe(jti)
  expect(await agent(made)).toEqual({ answered: true })
  expect(await left(made)).toContainEqual({ jti: renewed, used: 1 })
}, 120_000)

it('a grant on a pull request is for one agent and its key; forged ones before and behind it hide nothing', async () => {
  const made = await openMintingOffice()
  expect(await agent(made, { WAIT: '1' })).toMatchObject({ answered: false, code: 'approval_expired' })
  made.push('Ask for Codex')
  expect((await made.mint(made.putLabel())).code).toBe(0)
  const { comments } = made.github.world
  const [granted] = comments
  if (!granted) throw new Error('nothing was minted')
  const forge = (id: number) => ({
    id,
    by: { id: 66, login: 'eve', bot: false },
    body: granted.body.replace(/[\w-]{12}\n```\n$/, `AAAAAAAA${1000 + id}\n\`\`\`\n`),
  })
  comments.splice(0, 1, forge(1), forge(2), granted, forge(3), forge(4))

  const before = server.requests.length
  expect(await agent(made, { AGENT: 'agent:other' })).toMatchObject({ answered: false, code: 'grant_agent' })
  const state = join(made.office.agent.home, '.local/state')
  const [agents = ''] = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('/agents'),
  )
  const keep = join(state, agents, 'agent%3Abot')
  expect(existsSync(keep)).toBe(true)
  expect(await agent(made)).toEqual({ answered: true })
  expect(server.requests.length - before).toBe(1)
  rmSync(keep, { recursive: true })
  expect(await agent(made)).toMatchObject({ answered: false, code: 'grant_agent_key' })
  expect(server.requests.length - before).toBe(1)
}, 120_000)

it('a note that a person committed is minted too, and the agent that has pulled it goes on', async () => {
  const made = await openMintingOffice()
  expect(await agent(made, { WAIT: '1' })).toMatchObject({ answered: false, code: 'approval_expired' })
  made.push('Ask for Codex')
  const { office, github } = made
  const { digest } = await parseEscalation(office.read('escalation.md'))
  office.write('escalation.md', `${office.read('escalation.md')}\n## Approval\n\nApproved: ${digest}\n`)
  made.push('Approve it')
  expect((await made.mint()).err).toContain('[approval_unverified]')
  const commit = github.world.commits.at(-1)
  Object.assign(commit ?? {}, {
    author: manager,
    committer: manager,
    verification: { verified: true, reason: 'valid' },
  })
  expect(await agent(made)).toMatchObject({ answered: false, code: 'grant_required' })
  expect(await made.mint()).toMatchObject({ code: 0, err: '' })
  expect(await agent(made)).toEqual({ answered: true })
}, 120_000)

it('asks GitHub only where a grant is needed, and says why when it cannot', async () => {
  const made = await openMintingOffice()
  const { github } = made
  // nobody has asked people yet, so there is nothing to look for
  expect(await agent(made)).toMatchObject({ answered: false, code: 'grant_required' })
  expect(await agent(made, { WAIT: '1', GITHUB_TOKEN: '' })).toMatchObject({ code: 'approval_expired' })
  // an open model, and no token
  expect(await agent(made, { MODEL: 'gpt-5-mini' })).toEqual({ answered: true })
  expect(await agent(made, { GITHUB_TOKEN: '' })).toMatchObject({ answered: false, code: 'grant_required' })
  expect(github.requests).toEqual([])

  github.fault = () => ({ status: 503 })
  const refused = await agent(made)
  expect(refused).toMatchObject({ answered: false, code: 'grant_required' })
  expect(refused.message).toContain('the pull request could not be asked for a grant: GitHub did not answer')
  expect(refused.message).toContain('503')
  const waited = await agent(made, { WAIT: '1' })
  expect(waited.message).toContain('the pull request could not be asked for a grant')
  const shown = await made.office.agent.type(['grant', 'show'])
  expect(shown).toMatchObject({ code: 0, out: 'No grant is at hand.\n', err: '' })
}, 120_000)
