import { toFile, toStreamingFile } from 'openai'
import { describe, expect, it } from 'vitest'
import type { Ledger } from '@policy/core'
import { createGuard } from '../../src/index.ts'
import { guardKit, refusalOf } from '../guard-kit.ts'

const codex = '{"model":"gpt-5.3-codex","input":"hi"}'
const bytes = () => new TextEncoder().encode(codex)
const asJson = { 'content-type': 'application/json' }

const form = (...fields: [string, string | File][]) => {
  const made = new FormData()
  for (const [name, value] of fields) made.append(name, value)
  return made
}

async function* pieces() {
  yield bytes()
}

describe('11 hides the model in a body that is not a JSON string', () => {
  it.each<[string, unknown, Record<string, string>, string]>([
    ['bytes', bytes(), asJson, 'grant_required'],
    ['bytes without a type', bytes(), {}, 'body_unreadable'],
    ['a view into a larger buffer', Buffer.from(`xx${codex}`).subarray(2), asJson, 'grant_required'],
    ['an ArrayBuffer', bytes().buffer, asJson, 'grant_required'],
    ['a DataView', new DataView(bytes().buffer), asJson, 'grant_required'],
    ['a Blob with its own type', new Blob([codex], { type: 'application/json' }), {}, 'grant_required'],
    ['a Blob of another type', new Blob([codex], { type: 'text/plain' }), {}, 'body_unreadable'],
    ['a stream', new Blob([codex]).stream(), asJson, 'body_unreadable'],
    ['an async iterable', pieces(), asJson, 'body_unreadable'],
    ['a web form', new URLSearchParams({ model: 'gpt-5.3-codex' }), {}, 'body_unreadable'],
    [
      'a web form as text',
      'model=gpt-5.3-codex',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'body_unreadable',
    ],
    [
      'JSON for us, a web form for the server',
      '{"model":"gpt-5-mini","x":"&model=gpt-5.3-codex&"}',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'body_unreadable',
    ],
    ['two content types', codex, { 'content-type': 'application/json, text/plain' }, 'body_unreadable'],
    ['another charset', codex, { 'content-type': 'application/json; charset=utf-16' }, 'body_unreadable'],
    ['a form', form(['model', 'gpt-5.3-codex']), {}, 'grant_required'],
    [
      'a form with two models',
      form(['model', 'gpt-5-mini'], ['model', 'gpt-5.3-codex']),
      {},
      'body_unreadable',
    ],
    [
      'a form with a nested model',
      form(['model', 'gpt-5-mini'], ['svg[model]', 'gpt-5.3-codex']),
      {},
      'grant_required',
    ],
    [
      'a form whose model is a file',
      form(['model', new File(['gpt-5.3-codex'], 'm')]),
      {},
      'body_unreadable',
    ],
    [
      'a form with a JSON file',
      form(['model', 'gpt-5-mini'], ['session', new File([codex], 's', { type: 'application/json' })]),
      {},
      'grant_required',
    ],
    ['a form with a list', form(['model', 'gpt-5-mini'], ['model[]', 'gpt-5.3-codex']), {}, 'grant_required'],
    [
      'a form with lists',
      form(['models[]', 'gpt-5-mini'], ['models[]', 'gpt-5.3-codex']),
      {},
      'grant_required',
    ],
    ['a form with a numbered list', form(['model[0]', 'gpt-5.3-codex']), {}, 'grant_required'],
    ['a form with a list of objects', form(['models[0][id]', 'gpt-5.3-codex']), {}, 'grant_required'],
    ['a form with a dotted name', form(['session.model', 'gpt-5.3-codex']), {}, 'grant_required'],
    [
      'a form with a deployment',
      form(['model', 'gpt-5-mini'], ['engine', 'gpt-5.3-codex']),
      {},
      'grant_required',
    ],
    [
      'a form with a JSON list',
      form(['model', 'gpt-5-mini'], ['sessions', `[${codex}]`]),
      {},
      'grant_required',
    ],
    ['a form with a model in JSON', form(['model', '{"id":"gpt-5.3-codex"}']), {}, 'grant_required'],
    [
      'a form with a JSON file of another type',
      form(
        ['model', 'gpt-5-mini'],
        ['session', new File([` \uFEFF${codex}`.trim()], 's', { type: 'text/plain' })],
      ),
      {},
      'grant_required',
    ],
    [
      'a form with JSON as only some parsers read it',
      form(['model', 'gpt-5-mini'], ['session', '{"model":"gpt-5.3-codex","temperature":NaN}']),
      {},
      'body_unreadable',
    ],
    [
      'a form with a JSON file as only some parsers read it',
      form(['model', 'gpt-5-mini'], ['session', new File(['{"model":"gpt-5.3-codex",}'], 's')]),
      {},
      'body_unreadable',
    ],
    [
      'a form with a repeated key in JSON',
      form(['session', '{"model":"gpt-5-mini","model":"gpt-5.3-codex"}']),
      {},
      'body_unreadable',
    ],
    ['a form with a JSON field', form(['model', 'gpt-5-mini'], ['session', codex]), {}, 'grant_required'],
  ])('%s', async (_name, body, headers, code) => {
    await using kit = await guardKit()
    const error = await refusalOf(() => kit.openai.post('/responses', { body, headers }))
    expect(error.code).toBe(code)
    expect(kit.server.requests).toEqual([])
  })

  it('a streamed file form on an endpoint that runs a model', async () => {
    await using kit = await guardKit()
    const file = toStreamingFile(new Blob(['x']).stream(), 'a.mp3')
    const error = await refusalOf(() =>
      kit.openai.audio.transcriptions.create({ file, model: 'gpt-5.3-codex' }),
    )
    expect(error.code).toBe('body_unreadable')
    expect(kit.server.requests).toEqual([])
  })

  it('reads the model of an ordinary file form', async () => {
    await using kit = await guardKit()
    const file = await toFile(Buffer.from('x'), 'a.mp3')
    await refusalOf(() => kit.openai.audio.transcriptions.create({ file, model: 'gpt-5.3-codex' }))
    await kit.openai.audio.transcriptions.create({ file, model: 'gpt-5-mini' })
    expect(kit.server.requests).toHaveLength(1)
  })

  it('leaves alone prose that begins like JSON, and data', async () => {
    await using kit = await guardKit()
    const body = form(
      ['model', 'gpt-5-mini'],
      ['prompt', '{a sign} above the door, "model": gpt-5.3-codex'],
      ['metadata[model]', 'gpt-5.3-codex'],
      ['timestamp_granularities[]', 'word'],
      ['timestamp_granularities[]', 'segment'],
    )
    await kit.openai.post('/images/edits', { body })
    expect(kit.server.requests).toHaveLength(1)
  })

  it('changes the body while the grant is being spent', async () => {
    await using kit = await guardKit()
    const other = codex.replace('5.3', '5.1')
    const body = Buffer.from(codex)
    const fields = form(['model', 'gpt-5.3-codex'])
    const changing: Ledger = {
      ...kit.authority.ledger,
      async consume(spend) {
        body.write(other)
        fields.set('model', 'gpt-5.1-codex')
        return kit.authority.ledger.consume(spend)
      },
    }
    const grants = [await kit.authority.grant()]
    const guard = createGuard({ ...kit.authority, ledger: changing, audit: kit.audit, grants })
    const openai = guard.wrap(kit.raw)
    await openai.post('/responses', { body, headers: asJson })
    fields.set('model', 'gpt-5.3-codex')
    await openai.post('/responses', { body: fields })
    expect(body.toString()).toBe(other)
    expect(kit.server.requests[0]?.body).toBe(codex)
    expect(kit.server.requests[1]?.body).toContain('gpt-5.3-codex')
  })
})

describe('12 compresses the body', () => {
  it.each(['gzip', 'zstd', 'br', 'deflate, gzip'])('%s', async (encoding) => {
    await using kit = await guardKit()
    const headers = { ...asJson, 'content-encoding': encoding }
    const error = await refusalOf(() => kit.openai.post('/responses', { body: bytes(), headers }))
    expect(error.code).toBe('body_unreadable')
    expect(kit.server.requests).toEqual([])
  })
})

describe('13 writes JSON that parsers read differently', () => {
  it.each([
    ['a repeated key', '{"model":"gpt-5-mini","model":"gpt-5.3-codex"}', 'body_unreadable'],
    [
      'a repeated key, the harmless one last',
      '{"model":"gpt-5.3-codex","model":"gpt-5-mini"}',
      'body_unreadable',
    ],
    ['a key repeated in escapes', '{"model":"gpt-5-mini","mod\\u0065l":"gpt-5.3-codex"}', 'body_unreadable'],
    [
      'a repeated container',
      '{"model":"gpt-5-mini","session":{"model":"gpt-5.3-codex"},"session":{}}',
      'body_unreadable',
    ],
    ['an escaped key', '{"mod\\u0065l":"gpt-5.3-codex"}', 'grant_required'],
    ['another case', '{"Model":"gpt-5.3-codex"}', 'grant_required'],
    ['another case beside', '{"model":"gpt-5-mini","Model":"gpt-5.3-codex"}', 'body_unreadable'],
    ['a double-encoded string', JSON.stringify(codex), 'body_unreadable'],
    ['a byte order mark', `\uFEFF${codex}`, 'body_unreadable'],
    ['an array', `[${codex}]`, 'body_unreadable'],
    ['trailing text', `${codex}{}`, 'body_unreadable'],
    ['comments', `/*"*/${codex}`, 'body_unreadable'],
    ['a nesting too deep to follow', `{"a":${'['.repeat(300)}${codex}${']'.repeat(300)}}`, 'body_unreadable'],
    ['lists too deep to follow', `{"model":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'body_unreadable'],
    ['a list of its own too deep', `{"a":${'['.repeat(300)}${']'.repeat(300)}}`, 'body_unreadable'],
    ['nothing', 'null', 'body_unreadable'],
  ])('%s', async (_name, body, code) => {
    await using kit = await guardKit()
    const error = await refusalOf(() => kit.openai.post('/responses', { body, headers: asJson }))
    expect(error.code).toBe(code)
    expect(kit.server.requests).toEqual([])
  })

  it('bytes that are not UTF-8', async () => {
    await using kit = await guardKit()
    const body = Buffer.concat([
      Buffer.from('{"model":"gpt-5-mini","x":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ])
    const error = await refusalOf(() => kit.openai.post('/responses', { body, headers: asJson }))
    expect(error.code).toBe('body_unreadable')
  })
})
