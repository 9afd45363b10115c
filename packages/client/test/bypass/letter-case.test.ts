import { toFile } from 'openai'
import { describe, expect, it } from 'vitest'
import { guardKit, refusalOf } from '../guard-kit.ts'

const mini = { model: 'gpt-5-mini' }
const batch = { endpoint: '/v1/responses', completion_window: '24h' }
const line = JSON.stringify({ custom_id: '1', method: 'POST', url: '/v1/responses', body: mini })

describe('13 writes a key twice, in two cases that some parsers take for one', () => {
  it.each<[string, string, object]>([
    ['a prompt', '/responses', { ...mini, prompt: 'x', Prompt: { id: 'pmpt_1' } }],
    ['the type of a tool', '/responses', { ...mini, tools: [{ type: 'function', Type: 'mcp', name: 'x' }] }],
    ['the name of a tool', '/responses', { ...mini, tools: [{ name: 'x', Name: 'y' }] }],
    ['a letter that folds to a plain one', '/responses', { ...mini, tools: [], [`tool\u017F`]: [] }],
    ['the requests of a batch', '/messages/batches', { requests: [{ params: mini }], Requests: [] }],
  ])('%s', async (_name, path, body) => {
    await using kit = await guardKit({ grants: [5] })
    expect((await refusalOf(() => kit.openai.post(path, { body }))).code).toBe('body_unreadable')
    expect(kit.server.requests).toEqual([])
  })

  it('the file of a batch', async () => {
    await using kit = await guardKit()
    const file = await toFile(Buffer.from(line), 'batch.jsonl')
    const { id } = await kit.openai.files.create({ file, purpose: 'batch' })
    const body = { ...batch, input_file_id: id, Input_File_Id: 'file_codex' }
    expect((await refusalOf(() => kit.openai.post('/batches', { body }))).code).toBe('body_unreadable')
    expect(kit.server.requests).toHaveLength(1)
  })

  it('two fields of a form', async () => {
    await using kit = await guardKit()
    const body = new FormData()
    body.append('model', 'gpt-5-mini')
    body.append('Model', 'gpt-5-mini')
    expect((await refusalOf(() => kit.openai.post('/images/edits', { body }))).code).toBe('body_unreadable')
  })

  it('counts the requests of a batch under any case', async () => {
    await using kit = await guardKit({ grants: [2] })
    const codex = { params: { model: 'gpt-5.3-codex' } }
    const body = { Requests: [codex, codex, codex] }
    expect((await refusalOf(() => kit.openai.post('/messages/batches', { body }))).code).toBe('grant_spent')
    expect(kit.server.requests).toEqual([])
  })

  it.each<[string, object]>([
    ['metadata', { metadata: { X: '1', x: '2' } }],
    ['a schema', { tools: [{ type: 'function', name: 'f', parameters: { properties: { A: {}, a: {} } } }] }],
    ['what a model gave a tool', { messages: [{ content: [{ type: 'tool_use', input: { A: 1, a: 2 } }] }] }],
    ['keys of any case, once', { Input: 'hi', Metadata: {} }],
  ])('leaves alone %s', async (_name, body) => {
    await using kit = await guardKit()
    await kit.openai.post('/responses', { body: { ...mini, ...body } })
    expect(kit.server.requests).toHaveLength(1)
  })
})
