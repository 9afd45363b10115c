import { openAsBlob } from 'node:fs'
import { mkdtemp, open, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { guardKit, refusalOf } from '../guard-kit.ts'

const asJson = { 'content-type': 'application/json' }
const mini = '{"model":"gpt-5-mini","input":"hello"}  '
const codex = '{"model":"gpt-5.3-codex","input":"he"}  '
const bytes = (text: string) => new TextEncoder().encode(text)
const utf16 = (text: string) => Buffer.from(text, 'utf16le')

function form(...fields: [name: string, value: string | Blob][]): FormData {
  const made = new FormData()
  for (const [name, value] of fields) {
    if (typeof value === 'string') made.append(name, value)
    else made.append(name, value, 'file')
  }
  return made
}

/** The fields of a form as the server reads them. */
async function fieldsOf(body: string, headers: Headers): Promise<[string, unknown][]> {
  const type = headers.get('content-type') ?? ''
  return [...(await new Response(body, { headers: { 'content-type': type } }).formData())]
}

describe('11 hides a form in a form', () => {
  const hidden = ['', '--X', 'Content-Disposition: form-data; name="model"', '', 'gpt-5.3-codex', '--X--', '']
  it.each([
    ['by a boundary of its own', 'multipart/form-data; boundary=X', hidden.join('\r\n')],
    ['by the type of a web form', 'application/x-www-form-urlencoded', '&model=gpt-5.3-codex&'],
  ])('%s', async (_name, type, prompt) => {
    await using kit = await guardKit()
    const headers = { 'content-type': type }
    await kit.openai.videos.create({ model: 'sora-mini', prompt }, { headers }).catch(() => undefined)
    await kit.openai.post('/videos', { body: form(['model', 'gpt-5-mini'], ['prompt', prompt]), headers })
    const [request] = kit.server.requests
    expect(kit.server.requests).toHaveLength(1)
    expect(request && (await fieldsOf(request.body, request.headers))).toEqual([
      ['model', 'gpt-5-mini'],
      ['prompt', prompt],
    ])
  })
})

describe('11 changes the body after the decision', () => {
  it('an ArrayBuffer and a Blob that hand out a view of what the caller keeps', async () => {
    const live = bytes(mini)
    const lending = Object.assign(live.buffer, { slice: () => live.buffer })
    class LendingBlob extends Blob {
      override arrayBuffer() {
        return Promise.resolve(live.buffer)
      }
    }
    await using kit = await guardKit({ guard: { onDecision: () => live.set(bytes(codex)) } })
    await kit.openai.post('/responses', { body: lending, headers: asJson })
    live.set(bytes(mini))
    const body = new LendingBlob([mini])
    await kit.openai.post('/responses', { body, headers: asJson })
    expect(kit.server.requests.map((request) => request.body)).toEqual([mini, mini])
  })

  it.each([
    ['the lines of a batch', '/files', 'purpose', 'batch'],
    ['a file of a form that runs a model', '/realtime/calls', 'model', 'gpt-5-mini'],
  ])('a file on disk: %s', async (_name, path, field, value) => {
    const folder = await mkdtemp(join(tmpdir(), 'forms-'))
    const file = join(folder, 'file')
    const wrap = (text: string) => (path === '/files' ? `{"body":${text}}` : text)
    await writeFile(file, wrap(mini))
    await utimes(file, 1000, 1000)
    let swapped = Promise.resolve()
    const swap = async () => {
      await using handle = await open(file, 'r+')
      await handle.write(wrap(codex), 0)
      await handle.utimes(1000, 1000)
    }
    await using kit = await guardKit({ guard: { onDecision: () => (swapped = swap()) } })
    const upstream = kit.guard.wrapFetch(async (input, init) => {
      await swapped
      return fetch(input, init)
    })
    const body = form([field, value], ['file', await openAsBlob(file)])
    await upstream(`${kit.server.url}${path}`, { method: 'POST', body })
    expect(kit.server.requests[0]?.body).toContain(mini)
    await rm(folder, { recursive: true })
  })

  it('leaves a file on disk that runs no model', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'forms-'))
    const file = join(folder, 'file')
    await writeFile(file, 'to be searched')
    await using kit = await guardKit()
    const body = form(['purpose', 'assistants'], ['file', await openAsBlob(file)])
    await kit.openai.post('/files', { body })
    expect(kit.server.requests[0]?.body).toContain('to be searched')
    await rm(folder, { recursive: true })
  })
})

describe('11 writes JSON in a file as only some servers read it', () => {
  const session = '{"model":"gpt-5.3-codex"}'
  it.each<[string, string | Uint8Array<ArrayBuffer>, string]>([
    ['behind many spaces', `${' '.repeat(1100)}${session}`, 'grant_required'],
    ['behind a mark and many spaces', `\uFEFF${'\n'.repeat(1100)}${session}`, 'grant_required'],
    ['behind spaces that are not ASCII', `${'\u2003'.repeat(600)}${session}`, 'body_unreadable'],
    ['UTF-16 with a mark', utf16(`\uFEFF${session}`), 'body_unreadable'],
    ['UTF-16 without', utf16(session), 'body_unreadable'],
    ['UTF-16, the large end first', utf16(`\uFEFF${session}`).swap16(), 'body_unreadable'],
    ['UTF-16, the large end first, without', utf16(` ${session}`).swap16(), 'body_unreadable'],
    ['bytes that some leave out', Buffer.from('{"mod\xffel":"gpt-5.3-codex"}', 'latin1'), 'body_unreadable'],
  ])('%s', async (_name, content, code) => {
    await using kit = await guardKit()
    const body = form(['model', 'gpt-5-mini'], ['session', new Blob([content])])
    const error = await refusalOf(() => kit.openai.post('/realtime/calls', { body }))
    expect(error.code).toBe(code)
    expect(kit.server.requests).toEqual([])
  })

  it.each([
    ['a JPEG', [0xff, 0xd8, 0xff, 0xe0, 0, 0x10, 0x4a, 0x46]],
    ['a PNG', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
    ['an MP3', [0xff, 0xfb, 0x90, 0x64, 0, 0, 0, 0]],
    ['an MP4', [0, 0, 0, 0x20, 0x66, 0x74, 0x79, 0x70]],
    ['nothing', []],
  ])('lets %s pass', async (_name, content) => {
    await using kit = await guardKit()
    const body = form(['model', 'gpt-5-mini'], ['image', new Blob([Uint8Array.from(content)])])
    await kit.openai.post('/images/edits', { body })
    expect(kit.server.requests).toHaveLength(1)
  })
})

it('11 sends other files under the call of the first', async () => {
  let tries = 0
  const image = form(['model', 'gpt-5.3-codex'], ['image', new Blob(['content 0'])])
  await using kit = await guardKit({
    grants: [1],
    server: {
      respond: () => {
        tries += 1
        image.set('image', new Blob([`content ${tries}`]), 'file')
        return new Response('{}', { status: 500, headers: { 'retry-after-ms': '1' } })
      },
    },
  })
  const error = await refusalOf(() => kit.openai.post('/images/edits', { body: image }))
  expect(error.code).toBe('grant_spent')
  expect(kit.server.requests).toHaveLength(1)
})

it('11 gives the content type of a Blob on', async () => {
  await using kit = await guardKit()
  const body = new Blob([mini], { type: 'application/json' })
  await kit.guard.wrapFetch(fetch)(`${kit.server.url}/responses`, { method: 'POST', body })
  expect(kit.server.requests[0]?.headers.get('content-type')).toBe('application/json')
})

it('counts JSON in a file as part of the prompt', async () => {
  const sizes: number[] = []
  await using kit = await guardKit({ guard: { onDecision: ({ call }) => sizes.push(call.bodyBytes) } })
  const session = JSON.stringify({ model: 'gpt-5-mini', instructions: 'x'.repeat(5000) })
  await kit.openai.post('/realtime/calls', { body: form(['session', new Blob([session])]) })
  expect(sizes[0]).toBeGreaterThan(5000)
})
