import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGuard } from '../src/index.ts'
import { memoryAuditLog, scriptedUpstream, testAuthority } from '../src/testing.ts'

const open = 'gpt-5-mini'
const authority = await testAuthority()

/** A JSON text as its members stand in it: keys may repeat and be spelt in any way. */
type Node =
  | { members: [key: string, value: Node][] }
  | { items: Node[] }
  | { text: string }
  | { other: number | boolean | null }

const escaped = (text: string): string =>
  text.replace(/[a-z]/i, (letter) => `\\u00${letter.codePointAt(0)?.toString(16)}`)
const key = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'model',
      'models',
      'Model',
      'MODEL',
      'model_id',
      'fallback_model',
      'judgeModel',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('input', 'tools', 'session', 'agent', 'prompt', '__proto__', 'constructor'),
  },
  fc.string({ maxLength: 6 }),
)
const text = fc.oneof(
  { weight: 3, arbitrary: fc.constant(open) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'gpt-5.3-codex',
      'GPT-5-mini',
      'gpt-5-mini ',
      'unheard-of',
      '":"model',
      '\\"model\\":\\"x',
    ),
  },
  fc.string({ maxLength: 8 }),
)
const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ text }),
    fc.record({ other: fc.constantFrom(1, true, null) }),
    fc.record({ members: fc.array(fc.tuple(key, tie('node')), { maxLength: 4 }) }),
    fc.record({ items: fc.array(tie('node'), { maxLength: 3 }) }),
  ),
}))
const root = fc
  .tuple(fc.array(fc.tuple(key, node), { maxLength: 4 }), fc.boolean())
  .map(([members, named]): Node => ({
    members: named ? [['model', { text: open }], ...members] : members,
  }))

function print(at: Node, spell: (key: string) => string): string {
  if ('members' in at) {
    return `{${at.members.map(([name, value]) => `"${spell(JSON.stringify(name).slice(1, -1))}" : ${print(value, spell)}`).join(',')}}`
  }
  if ('items' in at) return `[${at.items.map((item) => print(item, spell)).join(' , ')}]`
  return JSON.stringify('text' in at ? at.text : at.other)
}

/** Every model that a server could read, whichever of two equal keys it takes. */
function modelsIn(at: Node): string[] {
  if ('items' in at) return at.items.flatMap(modelsIn)
  if (!('members' in at)) return []
  return at.members.flatMap(([name, value]) => [
    ...(/^(?:.*_?model|models|model_id)$/i.test(name) ? textsOf(value) : []),
    ...modelsIn(value),
  ])
}
const textsOf = (at: Node): string[] => {
  if ('text' in at) return [at.text]
  const inside = 'items' in at ? at.items : 'members' in at ? at.members.map(([, value]) => value) : []
  return inside.flatMap(textsOf)
}

const send = async (url: string, init: RequestInit) => {
  const upstream = scriptedUpstream()
  const guard = createGuard({ ...authority, audit: memoryAuditLog() })
  const response = await guard.wrapFetch(upstream.fetch)(url, init)
  return { passed: upstream.requests[0], status: response.status }
}
const url = 'https://api.example.com/v1/responses'
const asJson = { 'content-type': 'application/json' }

describe('what the guard allowed and what a server reads agree on the model', () => {
  it('for any JSON body, with keys repeated, nested, spelt and escaped in any way', async () => {
    let passes = 0
    await fc.assert(
      fc.asyncProperty(root, fc.boolean(), async (tree, escapes) => {
        const body = print(tree, escapes ? escaped : (name) => name)
        const { passed, status } = await send(url, { method: 'POST', headers: asJson, body })
        expect(passed === undefined).toBe(status === 403)
        if (!passed) return
        passes += 1
        expect(passed.body).toBe(body)
        const models = modelsIn(tree)
        expect(models.length).toBeGreaterThan(0)
        expect(new Set(models)).toEqual(new Set([open]))
      }),
      { numRuns: 500 },
    )
    expect(passes).toBeGreaterThan(25)
  })

  it('for any bytes, however a JSON text was cut and mixed', async () => {
    const cut = fc.tuple(root, fc.nat(200), fc.nat(10), fc.uint8Array({ maxLength: 4 }))
    await fc.assert(
      fc.asyncProperty(cut, async ([tree, at, removed, added]) => {
        const whole = Buffer.from(print(tree, (name) => name))
        const body = Buffer.concat([whole.subarray(0, at), added, whole.subarray(at + removed)])
        const { passed } = await send(url, { method: 'POST', headers: asJson, body })
        if (!passed) return
        expect(passed.body).toBe(body.toString())
        for (const model of modelsIn(nodeOf(JSON.parse(passed.body)))) expect(model).toBe(open)
      }),
      { numRuns: 500 },
    )
  })

  it('for any headers: a body passes only as the JSON it was read as', async () => {
    const type = fc.oneof(
      fc.constantFrom(
        'application/json',
        'application/json; charset=utf-8',
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/json, x',
        'application/vnd.api+json',
      ),
      fc.stringMatching(/^[a-z/;= -]{0,20}$/),
    )
    const encoding = fc.constantFrom(undefined, 'identity', 'gzip', 'br', 'zstd')
    const override = fc.constantFrom(undefined, 'x-http-method-override', 'x-method-override')
    await fc.assert(
      fc.asyncProperty(type, encoding, override, async (contentType, contentEncoding, header) => {
        const headers: Record<string, string> = { 'content-type': contentType }
        if (contentEncoding !== undefined) headers['content-encoding'] = contentEncoding
        if (header !== undefined) headers[header] = 'GET'
        const body = JSON.stringify({ model: open, x: '&model=gpt-5.3-codex&' })
        const { passed } = await send(url, { method: 'POST', headers, body })
        if (!passed) return
        expect(passed.headers.get('content-type')).toMatch(/^application\/(?:[\w.+-]+\+)?json\b/)
        expect(passed.headers.get('content-encoding') ?? 'identity').toBe('identity')
        expect(header).toBeUndefined()
      }),
    )
  })

  it('for any spelling of the URL: what runs a stored model does not pass as something else', async () => {
    const piece = fc.constantFrom(
      'v1',
      'responses',
      'files',
      'organization',
      '..',
      '.',
      '',
      '%2e%2e',
      '%2f',
      'r%65sponses',
      'openai',
      'deployments',
      'a',
      '%5c',
      ';',
      'skills',
    )
    const path = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => `/${pieces.join('/')}`)
    await fc.assert(
      fc.asyncProperty(path, async (spelt) => {
        const body = JSON.stringify({ prompt: { id: 'pmpt_codex' } })
        const { passed } = await send(`https://api.example.com${spelt}`, {
          method: 'POST',
          headers: asJson,
          body,
        })
        if (!passed) return
        const read = decodeURIComponent(passed.path.split('?')[0] ?? '')
          .replaceAll(/\/+/g, '/')
          .replace(/\/$/, '')
        expect(read).not.toMatch(/^\/(?:openai\/)?(?:v1\/)?responses$/)
      }),
      { numRuns: 500 },
    )
  })
})

function nodeOf(value: unknown): Node {
  if (Array.isArray(value)) return { items: value.map(nodeOf) }
  if (typeof value === 'object' && value !== null) {
    return { members: Object.entries(value).map(([name, inner]) => [name, nodeOf(inner)]) }
  }
  return typeof value === 'string' ? { text: value } : { other: null }
}
