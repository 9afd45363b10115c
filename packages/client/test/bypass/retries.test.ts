import type { IssuedGrant } from '@policy/core'
import { NotFoundError } from 'openai'
import { describe, expect, it } from 'vitest'
import type { LoopbackServerOptions } from '../../src/testing.ts'
import { guardKit, refusalOf, type GuardKit } from '../guard-kit.ts'

const codex = { model: 'gpt-5.3-codex', input: 'hi' }
type Answer = Awaited<ReturnType<NonNullable<LoopbackServerOptions['respond']>>>

/** Answers in turn, then as usual. */
const inTurn = (...answers: (() => Answer)[]): LoopbackServerOptions => ({
  respond: () => answers.shift()?.(),
})
const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    Response.json(
      { error: { message: 'no' } },
      { status: code, headers: { 'retry-after-ms': '1', ...headers } },
    )

/** Headers at once, and then nothing. */
const stalled = () =>
  new Response(
    new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('{"id":')) }),
    {
      headers: { 'content-type': 'application/json' },
    },
  )

/** The first bytes of a sound, and then a broken connection. */
const cutSound = () => {
  let pulls = 0
  const pull = (controller: ReadableStreamDefaultController) =>
    pulls++ === 0 ? controller.enqueue(new Uint8Array(8)) : controller.error(new Error('cut'))
  const headers = { 'content-type': 'audio/mpeg' }
  return new Response(new ReadableStream({ pull }, { highWaterMark: 0 }), { headers })
}

const finished = async (kit: GuardKit) => {
  await kit.guard.close()
  return kit.audit.records.filter(({ kind }) => kind === 'call.finished').map(({ data }) => data)
}

describe('21 has the SDK try again: one call of the grant, one pair of entries', () => {
  it.each<[string, (() => Answer)[]]>([
    ['429', [status(429)]],
    ['408 and 409', [status(408), status(409)]],
    ['500 and 503', [status(500), status(503)]],
    ['a server that asks for it', [status(400, { 'x-should-retry': 'true' })]],
    ['a cut connection', [() => 'reset']],
  ])('%s', async (_name, answers) => {
    const attempts = answers.length + 1
    await using kit = await guardKit({ server: inTurn(...answers), grants: [1] })
    await kit.openai.responses.create(codex)
    expect(kit.server.requests).toHaveLength(attempts)
    expect((await refusalOf(() => kit.openai.responses.create(codex))).code).toBe('grant_spent')
    expect(await finished(kit)).toMatchObject([
      {
        'model_policy.outcome': 'complete',
        'model_policy.attempts': attempts,
        'gen_ai.usage.input_tokens': 10,
      },
    ])
    expect(kit.audit.records.filter(({ kind }) => kind === 'call.started')).toHaveLength(1)
  })

  it('a body that stalls past the timeout', async () => {
    await using kit = await guardKit({ server: inTurn(stalled), grants: [1] })
    const response = await kit.openai.responses.create(codex, { timeout: 150 })
    expect(response.output_text).toBe('ok')
    expect(kit.server.requests).toHaveLength(2)
    expect(await finished(kit)).toMatchObject([
      { 'model_policy.outcome': 'complete', 'model_policy.attempts': 2 },
    ])
  })

  it('headers that stall past the timeout', async () => {
    const never = new Promise<undefined>(() => {})
    let first = true
    const respond = () => (first ? ((first = false), never) : undefined)
    await using kit = await guardKit({ server: { respond }, grants: [1] })
    await kit.openai.responses.create(codex, { timeout: 150 })
    expect(await finished(kit)).toMatchObject([
      { 'model_policy.outcome': 'complete', 'model_policy.attempts': 2 },
    ])
  })

  it.each<[string, (() => Answer)[], object]>([
    [
      'a status',
      [status(500), status(500)],
      { 'model_policy.outcome': 'error', 'http.response.status_code': 500 },
    ],
    ['a cut connection', [() => 'reset', () => 'reset'], { 'model_policy.outcome': 'possibly-executed' }],
    ['a stalled body', [stalled, stalled], { 'model_policy.outcome': 'possibly-executed' }],
  ])('and gives up after %s', async (_name, answers, entry) => {
    await using kit = await guardKit({ server: inTurn(...answers), grants: [1] })
    await expect(kit.openai.responses.create(codex, { maxRetries: 1, timeout: 150 })).rejects.toThrow()
    expect(kit.server.requests).toHaveLength(2)
    expect(await finished(kit)).toMatchObject([{ ...entry, 'model_policy.attempts': 2 }])
    expect((await kit.authority.ledger.usage(spentGrant(kit))).used).toBe(1)
  })

  it('a body of bytes that is cut off: the SDK does not try again, and the call is over at once', async () => {
    let sent = 0
    const fetch = async () => ((sent += 1), cutSound())
    await using kit = await guardKit({ client: { fetch } })
    const speech = await kit.openai.audio.speech.create({ model: 'gpt-5-mini', input: 'hi', voice: 'alloy' })
    await expect(speech.arrayBuffer()).rejects.toThrow('cut')
    expect(sent).toBe(1)
    expect(kit.audit.records).toMatchObject([
      { kind: 'call.finished', data: { 'model_policy.outcome': 'possibly-executed' } },
    ])
  })

  it('a 4xx that is not tried again passes unchanged', async () => {
    await using kit = await guardKit({ server: inTurn(status(404)), grants: [1] })
    await expect(kit.openai.responses.create(codex)).rejects.toBeInstanceOf(NotFoundError)
    expect(await finished(kit)).toMatchObject([
      { 'model_policy.outcome': 'error', 'model_policy.attempts': 1 },
    ])
  })

  it('the retry count that the caller controls means nothing', async () => {
    await using kit = await guardKit({ grants: [1] })
    const headers = { 'x-stainless-retry-count': '2' }
    await kit.openai.responses.create(codex, { headers })
    expect((await refusalOf(() => kit.openai.responses.create(codex, { headers }))).code).toBe('grant_spent')
  })

  it('two calls at once are two calls', async () => {
    await using kit = await guardKit({ grants: [1] })
    const both = await Promise.allSettled([
      kit.openai.responses.create(codex),
      kit.openai.responses.create(codex),
    ])
    expect(both.map((one) => one.status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(kit.server.requests).toHaveLength(1)
  })

  it('through wrapFetch each fetch is a call', async () => {
    await using kit = await guardKit({ grants: [1] })
    const fetch = kit.guard.wrapFetch(globalThis.fetch)
    const send = () =>
      fetch(`${kit.server.url}/responses`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(codex),
      })
    expect((await send()).status).toBe(200)
    expect((await send()).status).toBe(403)
  })
})

/** The grant of the call that started; nobody revokes it here. */
const spentGrant = (kit: GuardKit): IssuedGrant => {
  const started = kit.audit.records.find((record) => record.kind === 'call.started')
  const jti = started?.kind === 'call.started' ? (started.data['model_policy.grant.jti'] ?? '') : ''
  return { jti, issued: { kid: '', escalation: `sha256:${'0'.repeat(64)}`, iat: 0 } }
}
