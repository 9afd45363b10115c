import { createAuditLog, memorySink } from '@policy/audit'
import { createGuard } from '@policy/client'
import { startLoopbackServer, testAuthority } from '@policy/client/testing'
import { defaultPolicy, definePolicy } from '@policy/core'
import OpenAI from 'openai'
import { describe, expect, it } from 'vitest'

const { models, escalation } = defaultPolicy
const { classes } = models
/** The default policy, but open models are audited in full, and the usual approver of tests is one. */
const audited = await definePolicy({
  ...defaultPolicy,
  models: { ...models, classes: { ...classes, standard: { ...classes.standard, audit: 'full' } } },
  escalation: { ...escalation, approvers: { ...escalation.approvers, people: ['github:1'] } },
})

const long = 'x'.repeat(70_000)
/** The longest a text gets in JSON: six bytes for each unit. */
const escaped = '\u0001'.repeat(70_000)

/** What the log holds after one call, whatever comes of it. */
async function logged(model: string, context: object, headers: Record<string, string>, served = model) {
  const respond = () => Response.json({ id: escaped, model: served, output: [] })
  const server = await startLoopbackServer({ respond })
  const authority = await testAuthority({ policy: audited })
  const sink = memorySink()
  const audit = createAuditLog({ sinks: [sink], origin: 'example.org/log' })
  const grants = [await authority.grant({ maxCalls: 1 })]
  const guard = createGuard({ ...authority, audit, grants, context: { ...authority.context, ...context } })
  const openai = guard.wrap(new OpenAI({ apiKey: 'k', baseURL: server.url, maxRetries: 0 }))
  const answer = await openai.responses.create({ model, input: 'hi' }, { headers }).catch(() => 'refused')
  await guard.close()
  await audit.close()
  await server.close()
  const kinds = sink.entries.map(({ event }) => event.type.split('.').slice(2, 4).join('.'))
  return { refused: answer === 'refused', lost: guard.lostEntries, kinds, entries: sink.entries }
}

describe('no text is too long for the log, whoever chose it', () => {
  const paths = Array.from({ length: 80 }, (_, index) => `${index}${escaped}`)
  const context = { persona: escaped, taskClass: escaped, paths, rationale: escaped }
  const headers = { 'x-policy-task': long }

  it('the name of a refused model, its task, persona and paths', async () => {
    const { entries, ...seen } = await logged(escaped, context, headers)
    expect(seen).toEqual({ refused: true, lost: 0, kinds: ['call.refused', 'usage.summary'] })
    expect(entries[0]?.event.subject).toMatch(/^x+… \(70000 characters\)$/)
    expect(entries[0]?.event.data).toMatchObject({ 'model_policy.code': 'model_unknown' })
  })

  it('what an allowed call says of itself, and what its answer says', async () => {
    const { entries, ...seen } = await logged(
      'gpt-5-mini',
      { ...context, persona: 'developer' },
      headers,
      escaped,
    )
    expect(seen).toEqual({
      refused: false,
      lost: 0,
      kinds: ['call.started', 'call.finished', 'call.substituted', 'usage.summary'],
    })
    for (const { line } of entries) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(65_535)
  })

  it('the facts of a grant stay whole', async () => {
    const { entries } = await logged('gpt-5.3-codex', {}, {}, `gpt-5.1-codex-max${long}`)
    const [started, finished] = entries.map(({ event }) => event.data as Record<string, unknown>)
    expect(started?.['model_policy.grant.jti']).toMatch(/^[\w-]{43}$/)
    expect(started?.['model_policy.approval.uri']).not.toContain('…')
    expect(finished?.['gen_ai.response.model']).toMatch(/^gpt-5\.1-codex-maxx+… \(70017 characters\)$/)
  })
})
