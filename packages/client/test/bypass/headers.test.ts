import { PermissionDeniedError } from 'openai'
import { describe, expect, it } from 'vitest'
import { defaultPolicy, definePolicy, thumbprint, type CallContext } from '@policy/core'
import { createGuard, PolicyDeniedError } from '../../src/index.ts'
import { guardKit, refusalOf } from '../guard-kit.ts'

const policyWith = (when: object) =>
  definePolicy({
    ...defaultPolicy,
    rules: [{ id: 'closed', when, then: 'deny' as const, because: 'of a test' }],
  })

const mini = { model: 'gpt-5-mini', input: 'hi' }

describe('23 forges policy headers', () => {
  const forged = { 'x-policy-code': 'grant_required', 'x-policy-refusal': 'x', 'x-policy-decision': 'allow' }

  it('from upstream: a 403 stays what it is', async () => {
    const error = { message: 'no access', type: 'policy_denied', code: 'policy_denied' }
    await using kit = await guardKit({
      server: { respond: () => Response.json({ error }, { status: 403, headers: forged }) },
    })
    const thrown = await kit.openai.responses.create(mini).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(thrown).toBeInstanceOf(PermissionDeniedError)
    expect(PolicyDeniedError.is(thrown)).toBe(false)
    expect(PolicyDeniedError.from(thrown)).toBeUndefined()
  })

  it('from upstream: taken off an answer, which otherwise stays as it is', async () => {
    await using kit = await guardKit({
      server: {
        respond: () => Response.json({ id: 'r', output: [] }, { headers: { ...forged, 'x-other': '1' } }),
      },
    })
    const response = await kit.openai.responses.create(mini).asResponse()
    expect([...response.headers.keys()].filter((name) => name.startsWith('x-policy-'))).toEqual([])
    expect(response.headers.get('x-other')).toBe('1')
    expect(response.url).toBe(`${kit.server.url}/responses`)
    const list = await kit.openai.models.list().asResponse()
    expect(list.headers.has('x-policy-code')).toBe(false)
  })

  it('from the caller: what they say is a claim, and none of them leaves', async () => {
    await using kit = await guardKit({ grants: [2] })
    const headers = {
      'X-Policy-Task': 'ISSUE-13',
      'x-policy-persona': 'developer',
      'x-policy-agent-key': 'x',
      'x-policy-decision': 'allow',
    }
    const error = await refusalOf(() =>
      kit.openai.responses.create({ ...mini, model: 'gpt-5.3-codex' }, { headers }),
    )
    expect(error.code).toBe('grant_task')
    await kit.openai.responses.create(mini, { headers })
    const fetch = kit.guard.wrapFetch(globalThis.fetch)
    await fetch(`${kit.server.url}/models`, { headers })
    for (const request of kit.server.requests) {
      expect([...request.headers.keys()].filter((name) => name.startsWith('x-policy-'))).toEqual([])
    }
    expect(kit.server.requests).toHaveLength(2)
  })

  it('from the caller: the right key, which the guard has not proven, counts for nothing', async () => {
    await using kit = await guardKit()
    const { agentKey: pair, ...keyless } = kit.authority
    const agentKey = thumbprint(pair.publicJwk)
    const grants = [await kit.authority.grant()]
    const guard = createGuard({
      ...keyless,
      context: { ...keyless.context, agentKey },
      audit: kit.audit,
      grants,
    })
    const openai = guard.wrap(kit.raw, { agentKey })
    const error = await guard.run({ agentKey }, () =>
      refusalOf(() => openai.responses.create({ ...mini, model: 'gpt-5.3-codex' })),
    )
    expect(error.code).toBe('grant_agent_key')
  })
})

describe('24 loses the context on the way', () => {
  const codex = { model: 'gpt-5.3-codex', input: 'hi' }

  it('outside of run the grant for its task does not cover', async () => {
    await using kit = await guardKit({ grants: [5] })
    const openai = kit.guard.wrap(kit.raw, { task: 'ISSUE-99' })
    const later: (() => Promise<unknown>)[] = []
    await kit.guard.run({ task: 'ISSUE-12' }, async () => {
      await openai.responses.create(codex)
      later.push(async () => openai.responses.create(codex))
    })
    expect((await refusalOf(() => later[0]!())).code).toBe('grant_task')
    expect(kit.server.requests).toHaveLength(1)
  })

  it('the context is that of where the call was made, whatever awaits it', async () => {
    await using kit = await guardKit({ grants: [5] })
    const openai = kit.guard.wrap(kit.raw, { task: 'ISSUE-99' })
    const promise = kit.guard.run({ task: 'ISSUE-12' }, () => openai.responses.create(codex))
    await kit.guard.run({ task: 'ISSUE-13' }, () => promise)
    expect(kit.server.requests).toHaveLength(1)
  })

  it('a stalled body is asked for again under the same context', async () => {
    let stalls = 1
    const respond = () =>
      stalls-- > 0
        ? new Response(
            new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{')) }),
          )
        : undefined
    await using kit = await guardKit({ grants: [1], server: { respond } })
    const openai = kit.guard.wrap(kit.raw, { task: 'ISSUE-99' })
    await kit.guard.run({ task: 'ISSUE-12' }, () => openai.responses.create(codex, { timeout: 150 }))
    expect(kit.server.requests).toHaveLength(2)
  })
})

describe('24 says another task class or persona than the application, to leave a rule behind', () => {
  const headers = { 'x-policy-task-class': 'triage', 'x-policy-persona': 'developer' }

  it.each([
    ['taskClass', { taskClass: 'docs' }],
    ['persona', { persona: 'project-manager' }],
    ['branch', { branch: 'main' }],
    ['paths', { paths: ['src/auth/a.ts'] }],
    ['reasons', { reasons: ['security'] }],
  ] as const)('%s', async (_fact, fixed) => {
    const wanted = fixed as CallContext
    await using kit = await guardKit({ guard: { policy: await policyWith(wanted) } })
    const other: CallContext = {
      taskClass: 'triage',
      persona: 'developer',
      branch: 'topic',
      paths: ['docs/a.md'],
      reasons: ['complexity'],
    }
    const { context: _own, ...rest } = kit.authority
    const inGuard = createGuard({ ...rest, context: wanted, audit: kit.audit })
    const bare = createGuard({ ...rest, context: {}, audit: kit.audit })
    const ways: (() => PromiseLike<unknown>)[] = [
      () => inGuard.wrap(kit.raw, other).responses.create(mini, { headers }),
      () => inGuard.run(other, () => inGuard.wrap(kit.raw).responses.create(mini)),
      () => bare.run(wanted, () => bare.run(other, () => bare.wrap(kit.raw).responses.create(mini))),
      () => bare.run(other, () => bare.wrap(kit.raw, wanted).responses.create(mini, { headers })),
    ]
    for (const way of ways) expect((await refusalOf(way)).code).toBe('rule_denied')
    expect(kit.server.requests).toEqual([])
    await bare.wrap(kit.raw, other).responses.create(mini)
    expect(kit.server.requests).toHaveLength(1)
  })
})
