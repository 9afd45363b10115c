import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  type AuditLog,
  type CallContext,
  defaultPolicy,
  definePolicy,
  type PolicyErrorCode,
} from '@policy/core'
import { createGuard, type GuardOptions } from '../src/index.ts'
import { memoryAuditLog, testAuthority, type TestGrantOptions } from '../src/testing.ts'
import { guardKit } from './guard-kit.ts'

const codex = 'gpt-5.3-codex'

interface Publish {
  tag: string
}

const publishing = (tag: string) => ({ command: ['npm', 'publish', '--tag', tag] })

/** A guard with a tool that publishes and one that writes to a database, and what they did. */
async function office(
  requests: NonNullable<TestGrantOptions['request']>[],
  options: Partial<GuardOptions> = {},
  context: CallContext = {},
) {
  const authority = await testAuthority(options.policy ? { policy: options.policy } : {})
  const audit = memoryAuditLog()
  const grants = await Promise.all(requests.map((request) => authority.grant({ request })))
  const guard = createGuard({ ...authority, audit, grants, ...options })
  const done: string[] = []
  const publish = guard.tool('publish', ({ tag }: Publish) => done.push(`published ${tag}`), {
    effect: 'shell',
    command: ({ tag }) => publishing(tag).command,
    context,
  })
  const write = guard.tool('write', (row: string) => void done.push(`wrote ${row}`), {
    effect: 'productionWrite',
    target: () => 'db:prod/users',
    context,
  })
  return { authority, audit, guard, done, publish, write }
}

describe('guard.tool', () => {
  it('takes no input that others can change', async () => {
    const { guard } = await office([publishing('latest')])
    const run = vi.fn()
    const publish = guard.tool('publish', run, {
      effect: 'shell',
      command: () => publishing('latest').command,
    })
    const shared = new Uint8Array(new SharedArrayBuffer(4))
    for (const input of [shared, shared.buffer, { in: new Map([[1, [shared]]]) }, new Set([shared])]) {
      await expect(publish(input)).rejects.toMatchObject({ code: 'authorization_denied' })
    }
    expect(run).not.toHaveBeenCalled()
  })

  it('runs a command that a person authorized, once, and records it before and after', async () => {
    const { publish, done, audit } = await office([publishing('latest')])
    expect(await publish({ tag: 'latest' })).toBe(1)
    await expect(publish({ tag: 'latest' })).rejects.toMatchObject({ code: 'grant_spent' })
    expect(done).toEqual(['published latest'])
    expect(audit.records.map(({ kind }) => kind)).toEqual([
      'tool.authorized',
      'tool.authorized',
      'tool.refused',
    ])
    expect(audit.records[1]?.data).toMatchObject({
      ...audit.records[0]?.data,
      'gen_ai.tool.name': 'publish',
      'model_policy.effect': 'shell',
      'model_policy.outcome': 'complete',
    })
  })

  it.each([
    [
      'ended well',
      { type: 'ended', code: 0 },
      { 'model_policy.outcome': 'complete', 'process.exit.code': 0 },
    ],
    ['failed', { type: 'ended', code: 7 }, { 'model_policy.outcome': 'error', 'process.exit.code': 7 }],
    ['was killed', { type: 'ended', code: null }, { 'model_policy.outcome': 'error' }],
    ['was stopped', { type: 'stopped', reason: 'time' }, { 'model_policy.outcome': 'stopped' }],
    ['did not start', { type: 'not-started', reason: 'x' }, { 'model_policy.outcome': 'not-started' }],
    ['gave something else', { code: 7 }, { 'model_policy.outcome': 'complete' }],
  ])('records how a command that a tool ran %s', async (_name, result, recorded) => {
    const { guard, audit } = await office([publishing('latest')])
    const { command } = publishing('latest')
    const publish = guard.tool('publish', () => result, { effect: 'shell', command: () => command })
    expect(await publish({})).toBe(result)
    const [before, after] = audit.records
    expect(after?.data).toEqual({ ...before?.data, ...recorded })
  })

  it('writes to a target that a person authorized, once, and no other', async () => {
    const { write, guard, done } = await office([{ write: 'db:prod/users' }])
    const other = guard.tool('write', () => done.push('elsewhere'), {
      effect: 'productionWrite',
      target: () => 'db:prod/users2',
    })
    await expect(other('a')).rejects.toMatchObject({ code: 'grant_command' })
    await write('a')
    await expect(write('b')).rejects.toMatchObject({ code: 'grant_spent' })
    expect(done).toEqual(['wrote a'])
  })

  it.each<[string, Publish, CallContext, PolicyErrorCode]>([
    ['a changed argument', { tag: 'next' }, {}, 'grant_command'],
    ['an argument that looks alike', { tag: 'l\u0430test' }, {}, 'grant_command'],
    ['an argument with another command', { tag: 'latest; id' }, {}, 'grant_command'],
    ['another task', { tag: 'latest' }, { task: 'ISSUE-13' }, 'grant_task'],
    ['files that the grant does not reach', { tag: 'latest' }, { paths: ['docs/a.md'] }, 'grant_path'],
  ])('runs nothing for %s', async (_name, input, context, code) => {
    const { publish, done, audit } = await office([publishing('latest')], {}, context)
    await expect(publish(input)).rejects.toMatchObject({ code, remedy: expect.stringContaining('escalate') })
    expect(done).toEqual([])
    expect(audit.records.map(({ kind }) => kind)).toEqual(['tool.refused'])
  })

  it('tells of a grant for this command rather than of one for another, whatever else keeps it away', async () => {
    const { publish, authority, audit } = await office([])
    const expired = await authority.grant({
      request: publishing('latest'),
      now: Date.now() - 9 * 3_600_000,
      claims: { act: { sub: 'agent:other' } },
    })
    const other = await authority.grant({ request: publishing('next') })
    await expect(publish({ tag: 'latest' })).rejects.toMatchObject({ code: 'authorization_missing' })
    for (const grants of [
      ['no token', expired, other],
      [other, expired],
    ]) {
      const guard = createGuard({ ...authority, audit, grants })
      const tool = guard.tool('publish', () => 1, {
        effect: 'shell',
        command: () => publishing('latest').command,
      })
      await expect(tool({})).rejects.toMatchObject({
        code: 'grant_expired',
        message: expect.stringMatching(/expired at .*; and the grant is for agent:other/),
      })
    }
  })

  it('runs nothing for another agent or persona, and under no other name than its own', async () => {
    const authority = await testAuthority()
    const grants = [await authority.grant({ request: publishing('latest') })]
    const audit = memoryAuditLog()
    const options = { effect: 'shell', command: () => publishing('latest').command } as const
    const context = { ...authority.context, agent: 'agent:other' }
    const other = createGuard({ ...authority, context, audit, grants }).tool('publish', () => 1, options)
    await expect(other({})).rejects.toMatchObject({ code: 'grant_agent' })
    const designer = { ...authority.context, persona: 'designer' }
    const designing = createGuard({ ...authority, context: designer, audit, grants })
    await expect(designing.tool('publish', () => 1, options)({})).rejects.toMatchObject({
      code: 'grant_persona',
    })
    const guard = createGuard({ ...authority, audit, grants })
    await guard.run({ agent: 'agent:somebody-else' }, () => guard.tool('publish', () => 1, options)({}))
    expect(audit.records.at(-1)?.data).toMatchObject({ 'gen_ai.agent.id': 'agent:test' })
  })

  it('runs nothing under a grant for another thing, or none', async () => {
    const { publish, write } = await office([{ write: 'db:prod' }])
    await expect(publish({ tag: 'latest' })).rejects.toMatchObject({ code: 'authorization_missing' })
    await expect(write('a')).rejects.toMatchObject({ code: 'grant_command' })
  })

  it('runs nothing under an authorization that has expired', async () => {
    const { publish } = await office([publishing('latest')], { clock: () => Date.now() + 9 * 3_600_000 })
    await expect(publish({ tag: 'latest' })).rejects.toMatchObject({ code: 'grant_expired' })
  })

  it('runs nothing unauthorized under a policy that only observes either', async () => {
    const policy = await definePolicy({
      ...defaultPolicy,
      escalation: {
        ...defaultPolicy.escalation,
        approvers: { ...defaultPolicy.escalation.approvers, people: ['github:1'] },
      },
      enforcement: 'observe',
    })
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    onTestFinished(() => warned.mockRestore())
    const { publish, write, done } = await office([publishing('latest')], { policy })
    await expect(publish({ tag: 'next' })).rejects.toMatchObject({ code: 'grant_command' })
    await expect(write('a')).rejects.toMatchObject({ code: 'authorization_missing' })
    expect(await publish({ tag: 'latest' })).toBe(1)
    expect(done).toEqual(['published latest'])
  })

  it('is not led astray by a context that claims another key', async () => {
    const { publish } = await office([publishing('latest')], {}, { agentKey: 'another' })
    expect(await publish({ tag: 'latest' })).toBe(1)
    const { agentKey: _, ...authority } = await testAuthority()
    const token = await authority.grant({ request: publishing('latest') })
    const guard = createGuard({ ...authority, audit: memoryAuditLog(), grants: [token] })
    const keyless = guard.tool('publish', () => 'ran', {
      effect: 'shell',
      command: () => publishing('latest').command,
    })
    await expect(keyless({})).rejects.toMatchObject({ code: 'grant_agent_key' })
  })

  it('hands the tool the input that was authorized, whatever becomes of it meanwhile', async () => {
    const { publish, done } = await office([publishing('latest')])
    const input = { tag: 'latest' }
    const running = publish(input)
    input.tag = 'evil'
    await running
    expect(done).toEqual(['published latest'])
  })

  it('lets one of two that run at once through', async () => {
    const { publish, done } = await office([publishing('latest')])
    const both = await Promise.allSettled([publish({ tag: 'latest' }), publish({ tag: 'latest' })])
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(done).toHaveLength(1)
  })

  it('checks without spending, and says what the run would be refused for', async () => {
    const { publish, guard, authority, audit, done } = await office([publishing('latest')])
    const checked = async (tag: string) => (await publish.check({ tag }))?.code
    expect(await checked('latest')).toBeUndefined()
    expect(await checked('latest')).toBeUndefined()
    expect(audit.records).toEqual([])
    expect(await checked('next')).toBe('grant_command')
    expect(await guard.tool('look', () => 'seen', { effect: 'read' }).check('a')).toBeUndefined()
    expect(await guard.tool('save', () => 'saved', { effect: 'write' }).check('a')).toBeUndefined()
    await publish({ tag: 'latest' })
    expect(await checked('latest')).toBe('grant_spent')
    await authority.ledger.revoke({ issuedBefore: Math.ceil(Date.now() / 1000) })
    expect(await checked('latest')).toBe('grant_revoked')
    expect(audit.records.map(({ kind }) => kind)).toEqual([
      'tool.refused',
      'tool.authorized',
      'tool.authorized',
      'tool.refused',
      'tool.refused',
    ])
    await guard.close()
    await expect(checked('latest')).rejects.toMatchObject({ code: 'guard_closed' })
    expect(done).toEqual(['published latest'])
  })

  it('answers a refusal as text, and a fault of the log not', async () => {
    const { publish } = await office([])
    expect(await publish.answer({ tag: 'latest' })).toContain('the tool publish did not run')
    const audit = { ...memoryAuditLog(), record: () => Promise.reject(new Error('disk full')) }
    const { publish: unrecorded } = await office([], { audit })
    await expect(unrecorded.answer({ tag: 'latest' })).rejects.toThrow('disk full')
  })

  it('runs what reads, and records what writes', async () => {
    const { guard, audit } = await office([])
    expect(await guard.tool('look', (path: string) => path, { effect: 'read' })('a')).toBe('a')
    expect(audit.records).toEqual([])
    const failing = guard.tool('save', () => Promise.reject(new Error('full')), { effect: 'write' })
    await expect(failing('a')).rejects.toThrow('full')
    expect(audit.records.map(({ data }) => data)).toMatchObject([{}, { 'model_policy.outcome': 'error' }])
  })

  it('says of a tool that ran, when the log does not take its end, that it ran, and keeps its own error', async () => {
    const full = new Error('disk full')
    const took = { ...memoryAuditLog(), record: vi.fn<AuditLog['record']>() }
    const { publish, guard, done } = await office([publishing('latest')], { audit: took })
    const failOnce = () => took.record.mockResolvedValueOnce().mockRejectedValueOnce(full)
    failOnce()
    await expect(publish({ tag: 'latest' })).rejects.toMatchObject({
      code: 'audit_incomplete',
      message: 'publish ran (complete), and the log did not take that: disk full',
      cause: full,
      remedy: expect.stringContaining('do not run it again for that reason'),
    })
    expect(done).toEqual(['published latest'])
    const own = new Error('no such row')
    const save = guard.tool('save', () => Promise.reject(own), { effect: 'write' })
    failOnce()
    await expect(save({})).rejects.toMatchObject({
      code: 'audit_incomplete',
      message: 'save ran (error: no such row), and the log did not take that: disk full',
      cause: own,
    })
  })

  it('runs nothing that the log does not take, and nothing once the guard is closed', async () => {
    const { guard, done } = await office([])
    const audit = { ...memoryAuditLog(), record: () => Promise.reject(new Error('disk full')) }
    const { publish, done: others } = await office([publishing('latest')], { audit })
    await expect(publish({ tag: 'latest' })).rejects.toThrow('disk full')
    expect(others).toEqual([])
    const save = guard.tool('save', () => done.push('saved'), { effect: 'write' })
    await guard.close()
    await expect(save('a')).rejects.toMatchObject({ code: 'guard_closed' })
    expect(done).toEqual([])
  })
})

const call = (id: string, tag: string) => ({
  id,
  type: 'function',
  function: { name: 'publish', arguments: JSON.stringify({ tag }) },
})

const answer = (message: object) =>
  Response.json({
    id: 'c',
    object: 'chat.completion',
    model: codex,
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', ...message } }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  })

/** A run in which the model asks for the same publication twice, under one grant. */
async function startRun(way: 'throws' | 'answers') {
  const sent: unknown[] = []
  const turns = [
    answer({ content: null, tool_calls: [call('1', 'latest'), call('2', 'latest')] }),
    answer({ content: 'done' }),
  ]
  const kit = await guardKit({
    grants: [5],
    server: { respond: ({ json }) => (sent.push(json), turns.shift()) },
  })
  const done: string[] = []
  const token = await kit.authority.grant({ request: publishing('latest') })
  const guard = createGuard({ ...kit.authority, audit: kit.audit, grants: [token] })
  const publish = guard.tool('publish', ({ tag }: Publish) => `${done.push(tag)}`, {
    effect: 'shell',
    command: ({ tag }) => publishing(tag).command,
  })
  const runner = kit.openai.chat.completions.runTools({
    model: codex,
    messages: [{ role: 'user', content: 'publish' }],
    tools: [
      {
        type: 'function',
        function: {
          name: 'publish',
          description: '',
          parameters: { type: 'object', properties: { tag: { type: 'string' } } },
          parse: (text: string) => JSON.parse(text) as Publish,
          function: way === 'throws' ? publish : publish.answer,
        },
      },
    ],
  })
  return { kit, runner, done, sent }
}

describe('a model that calls tools through runTools', () => {
  it('is ended by a tool that rejects, and nothing ran twice', async () => {
    const { kit, runner, done } = await startRun('throws')
    await using _kit = kit
    await expect(runner.finalContent()).rejects.toMatchObject({ cause: { code: 'grant_spent' } })
    expect(done).toEqual(['latest'])
  })

  it('is told of a refusal as the answer of the tool, and nothing ran twice', async () => {
    const { kit, runner, done, sent } = await startRun('answers')
    await using _kit = kit
    expect(await runner.finalContent()).toBe('done')
    expect(done).toEqual(['latest'])
    const { messages } = sent[1] as { messages: { role: string; content: string }[] }
    // the SDK starts both at once: either may be the one that the grant is spent on
    const answers = messages.flatMap(({ role, content }) => (role === 'tool' ? [content] : []))
    expect(answers.toSorted()).toEqual([
      '1',
      'the tool publish did not run: the grant is spent: it was for one time',
    ])
  })
})

it('holds a tool of the agents SDK to what was authorized', async () => {
  const { tool, RunContext } = await import('@openai/agents')
  const { z } = await import('zod')
  const { guard, done } = await office([publishing('latest')])
  const publish = tool({
    name: 'publish',
    description: '',
    parameters: z.object({ tag: z.string() }),
    execute: guard.tool('publish', ({ tag }: Publish) => `${done.push(tag)}`, {
      effect: 'shell',
      command: ({ tag }) => publishing(tag).command,
    }),
  })
  const invoke = (tag: string) => publish.invoke(new RunContext(), JSON.stringify({ tag }))
  // what this SDK tells the model of a tool that rejects
  const failed = 'An error occurred while running the tool'
  expect(await invoke('evil')).toContain(failed)
  expect(await invoke('latest')).toBe('1')
  expect(await invoke('latest')).toContain(failed)
  expect(done).toEqual(['latest'])
})
