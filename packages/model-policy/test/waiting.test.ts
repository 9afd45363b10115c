import OpenAI from 'openai'
import { parseEscalation } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { openGuard, type OpenGuardOptions, PolicyDeniedError } from '../src/index.ts'
import { openApprovals } from '../src/workspace/open-approvals.ts'
import { openWorkspace } from '../src/workspace/open-workspace.ts'
import { yes } from './support/asked-office.ts'
import { type Office, openOffice } from './support/office.ts'

/** An agent's process: its guard, and a client whose requests are counted and answered here. */
async function startAgent({ repository, agent }: Office, options: OpenGuardOptions = {}) {
  const guard = await openGuard({
    cwd: repository,
    env: agent.env,
    agent: 'agent:bot',
    persona: 'developer',
    ...options,
  })
  let sent = 0
  const fetch = async () => {
    sent += 1
    return Response.json({ id: 'resp_1', object: 'response', model: 'gpt-5.3-codex', output: [] })
  }
  const openai = guard.wrap(new OpenAI({ apiKey: 'sk-test', fetch, maxRetries: 0 }), {
    task: 'ISSUE-12',
    paths: ['src/auth/session.ts'],
    rationale: 'Split the session store',
  })
  const ask = () => openai.responses.create({ model: 'gpt-codex-5.3', input: 'go on' })
  const refused = async () => {
    const error: unknown = await ask().catch((thrown: unknown) => thrown)
    if (!PolicyDeniedError.is(error) || !error.escalation) throw error
    return error.escalation
  }
  return { guard, ask, refused, sent: () => sent }
}

it('an agent asks, is stopped, starts again, finds its own request, and goes on once a person has answered', async () => {
  const office = await openOffice()
  const keys = JSON.parse((await office.manager.type(['keys', 'list', '--json'])).out) as {
    kid: string
    role: string
  }[]
  const signer = keys.find(({ role }) => role === 'signer')?.kid ?? ''
  expect(await office.agent.type(['trust', '--signer', signer])).toMatchObject({ code: 0 })
  office.write('src/auth/session.ts', 'export const session = 2\n')
  const inFile = () => parseEscalation(office.read('escalation.md'))

  const first = await startAgent(office)
  const soon = { interval: 1, timeout: 20 }
  await expect(first.guard.requestApproval(await first.refused(), soon)).rejects.toMatchObject({
    code: 'approval_expired',
  })
  const { digest } = await inFile()
  await first.guard.close()

  const second = await startAgent(office)
  const answer = second.guard.requestApproval(await second.refused(), { interval: 5, timeout: 60_000 })
  expect(await office.manager.type(['approve'], yes)).toMatchObject({ code: 0 })
  expect(await answer).toMatchObject({ decision: 'approved', by: 'github:1', escalation: digest })
  expect((await inFile()).digest).toBe(digest)
  await second.guard.close()

  const third = await startAgent(office)
  await third.ask()
  expect(third.sent()).toBe(1)
  expect((await office.agent.type(['grant', 'show'])).out).toContain('24 of 25 calls')
  expect(await office.agent.type(['revoke', '--all'])).toMatchObject({ code: 0 })
  await expect(third.ask()).rejects.toMatchObject({ code: 'grant_revoked' })
  expect(third.sent()).toBe(1)
  await third.guard.close()
}, 60_000)

it('an agent that a person declined goes no further', async () => {
  const office = await openOffice()
  const agent = await startAgent({ ...office, agent: office.manager })
  const answer = agent.guard.requestApproval(await agent.refused(), { interval: 5, timeout: 60_000 })
  const declined = expect(answer).rejects.toMatchObject({
    code: 'approval_declined',
    message: expect.stringContaining('too wide'),
  })
  await expect.poll(() => office.git('status', '--porcelain')).toContain('escalation.md')
  const typed = await office.manager.type(['decline', '--reason', 'too wide'], ['a long passphrase'])
  expect(typed).toMatchObject({ code: 0 })
  await declined
  await expect(agent.ask()).rejects.toMatchObject({ code: 'grant_required' })
  expect(agent.sent()).toBe(0)
  await agent.guard.close()
}, 60_000)

/** An agent whose request has half a note under it as soon as it is asked; `onLook` is told of each look for an answer. */
async function halfAnswered(onLook: (looks: number, office: Office, whole: string) => unknown) {
  const office = await openOffice()
  const { repository: cwd, manager } = office
  const { env } = manager
  const inner = openApprovals(await openWorkspace({ cwd, env }), { clock: Date.now, env })
  let [looks, whole] = [0, '']
  const approvals: typeof inner = {
    ...inner,
    async request(escalation) {
      const digest = await inner.request(escalation)
      whole = office.read('escalation.md')
      office.write('escalation.md', `${whole}\n## Approval\n\nApprov`)
      return digest
    },
    async find(digest) {
      await onLook((looks += 1), office, whole)
      return inner.find(digest)
    },
  }
  return startAgent({ ...office, agent: manager }, { approvals })
}

describe('while somebody writes in the file', () => {
  it('the agent waits on, and goes on with the answer', async () => {
    const agent = await halfAnswered(async (looks, { manager, write }, whole) => {
      if (looks !== 3) return
      write('escalation.md', whole)
      expect(await manager.type(['approve'], yes)).toMatchObject({ code: 0 })
    })
    const answer = await agent.guard.requestApproval(await agent.refused(), { interval: 1, timeout: 50 })
    expect(answer).toMatchObject({ decision: 'approved', by: 'github:1' })
    await agent.guard.close()
  })

  it('and never ends, the agent is told so when its time is up, and at its next call', async () => {
    const agent = await halfAnswered(() => undefined)
    const asked = agent.guard.requestApproval(await agent.refused(), { interval: 1, timeout: 3 })
    const fault = 'the approval of the escalation is not in its form'
    await expect(asked).rejects.toMatchObject({
      code: 'approval_expired',
      message: expect.stringContaining(fault),
    })
    await expect(agent.ask()).rejects.toMatchObject({ message: expect.stringContaining(fault) })
    await agent.guard.close()
  })
})
