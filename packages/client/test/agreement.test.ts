import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGuard } from '../src/index.ts'
import { memoryAuditLog, scriptedUpstream, testAuthority } from '../src/testing.ts'

const open = 'gpt-5-mini'
const gated = 'gpt-5.3-codex'
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
    const model = fc.constantFrom(open, open, gated)
    const routing = fc.oneof(
      { weight: 2, arbitrary: fc.constant(undefined) },
      fc.tuple(fc.constantFrom('x-model', 'X-LiteLLM-Model', 'azureml-model-deployment'), model),
      model.map((named) => ['x-portkey-config', JSON.stringify({ override_params: { model: named } })]),
      model.map((named) => ['helicone-fallbacks', JSON.stringify({ bodyKeyOverride: { model: named } })]),
    )
    let passes = 0
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 2, arbitrary: fc.constant('application/json') }, type),
        encoding,
        override,
        model,
        routing,
        async (contentType, contentEncoding, header, named, routed) => {
          const headers: Record<string, string> = { 'content-type': contentType }
          if (contentEncoding !== undefined) headers['content-encoding'] = contentEncoding
          if (header !== undefined) headers[header] = 'GET'
          if (routed !== undefined) headers[routed[0] ?? ''] = routed[1] ?? ''
          const body = JSON.stringify({ model: named, x: `&model=${gated}&` })
          const { passed } = await send(url, { method: 'POST', headers, body })
          if (!passed) return
          passes += 1
          expect(passed.headers.get('content-type')).toMatch(/^application\/(?:[\w.+-]+\+)?json\b/)
          expect(passed.headers.get('content-encoding') ?? 'identity').toBe('identity')
          expect(header).toBeUndefined()
          expect(named).toBe(open)
          expect(routed?.[0]).not.toBe('helicone-fallbacks')
          expect(routed?.[1] ?? '').not.toContain(gated)
        },
      ),
      { numRuns: 500 },
    )
    expect(passes).toBeGreaterThan(10)
  })

  it('for any spelling of the URL: what runs a stored model does not pass as something else', async () => {
    let passes = 0
    await fc.assert(
      fc.asyncProperty(spelling, fc.boolean(), async (spelt, decoy) => {
        const body = JSON.stringify({ ...(decoy && { model: open }), ...stored })
        const { passed } = await send(`https://api.example.com${spelt}`, {
          method: 'POST',
          headers: asJson,
          body,
        })
        if (!passed) return
        passes += 1
        const read = decodeURIComponent(passed.path.split('?')[0] ?? '')
          .replaceAll(/\/+/g, '/')
          .replace(/\/$/, '')
        for (const runs of runsStored) expect(read).not.toMatch(runs)
        expect(modelInPath(read) ?? open).toBe(open)
      }),
      { numRuns: 1000 },
    )
    expect(passes).toBeGreaterThan(25)
  })
})

/** Ids of what is kept at the provider, for every endpoint that takes one. */
const stored = {
  prompt: { id: 'pmpt_codex' },
  input_file_id: 'file_codex',
  agent_id: 'agent_codex',
  session: { prompt: { id: 'pmpt_codex' } },
}

/** What runs by an id, at the end of a path in any case: no model at the top of the body changes which. */
const runsStored = [
  /\/batches$/i,
  /\/threads\/[^/]+\/runs\/[^/]+\/submit_tool_outputs$/i,
  /\/agents\/sessions(?:\/[^/]+\/events)?$/i,
  /\/evals\/[^/]+\/runs$/i,
  /\/realtime\/client_secrets$/i,
]

/** The model that Google's and Azure's servers take from a path. */
const modelInPath = (path: string): string | undefined =>
  /\/(?:models|endpoints)\/([^/:]+):\w+$/i.exec(path)?.[1] ??
  /\/deployments\/([^/]+)\/responses$/i.exec(path)?.[1]

const spelling = fc
  .tuple(
    fc.array(
      fc.oneof(
        fc.constantFrom('v1', 'V1', 'v1beta', 'openai', 'acct', 'proxy', '', '.'),
        fc.constantFrom('organization', 'roles', 'projects/p', 'locations/l', 'publishers/google'),
        fc.constantFrom('skills', 'files', 'agents', 'threads', 'a', `deployments/${open}`),
        fc.constantFrom('..', '%2e%2e', '%2f', '%5c', ';', 'deployments', 'models'),
      ),
      { maxLength: 5 },
    ),
    fc.oneof(
      fc.constantFrom('responses', 'r%65sponses', 'batches', 'evals/e/runs', 'realtime/client_secrets'),
      fc.constantFrom('threads/t/runs/r/submit_tool_outputs', 'agents/sessions', 'agents/sessions/s/events'),
      fc
        .tuple(
          fc.constantFrom('models', 'endpoints'),
          fc.constantFrom(open, gated, '123'),
          fc.constantFrom('rawPredict', 'generateContent'),
        )
        .map(([holder, name, verb]) => `${holder}/${name}:${verb}`),
      fc.constantFrom('roles', 'files', 'skills', 'conversations', 'messages'),
    ),
    fc.constantFrom(
      (path: string) => path,
      (path: string) => path.replaceAll(/(^|[/_])([a-z])/g, (start) => start.toUpperCase()),
    ),
  )
  .map(([base, end, respell]) => `/${[...base, respell(end)].join('/')}`)

function nodeOf(value: unknown): Node {
  if (Array.isArray(value)) return { items: value.map(nodeOf) }
  if (typeof value === 'object' && value !== null) {
    return { members: Object.entries(value).map(([name, inner]) => [name, nodeOf(inner)]) }
  }
  return typeof value === 'string' ? { text: value } : { other: null }
}
