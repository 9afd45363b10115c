import { defaultPolicy, definePolicy } from '@policy/core'
import { toFile, toStreamingFile, type OpenAI } from 'openai'
import { describe, expect, it } from 'vitest'
import { guardKit, refusalOf, type GuardKit } from '../guard-kit.ts'

const line = (model: string, url = '/v1/responses') =>
  JSON.stringify({ custom_id: '1', method: 'POST', url, body: { model, input: 'hi' } })
const upload = (openai: OpenAI, text: string) =>
  toFile(Buffer.from(text), 'batch.jsonl').then((file) => openai.files.create({ file, purpose: 'batch' }))
const start = (openai: OpenAI, input_file_id: string) =>
  openai.batches.create({ input_file_id, endpoint: '/v1/responses', completion_window: '24h' })

const mini = { model: 'gpt-5-mini' }
const image = { type: 'image_generation', ...mini }

type Call = (openai: OpenAI) => PromiseLike<unknown>
const post =
  (path: string, body?: object): Call =>
  (openai) =>
    openai.post(path, { body })

describe('17 runs a model that the request does not name', () => {
  it.each<[string, Call]>([
    ['a stored prompt', post('/responses', { prompt: { id: 'pmpt_1' } })],
    ['the response before', post('/responses', { previous_response_id: 'resp_1', input: 'go on' })],
    ['a conversation', post('/responses', { conversation: 'conv_1', input: 'go on' })],
    ['no body at all', post('/responses')],
    ["an assistant's default", post('/threads/thread_1/runs', { assistant_id: 'asst_1' })],
    ['a thread and its run', post('/threads/runs', { assistant_id: 'asst_1' })],
    ['the tool outputs of a run', post('/threads/t/runs/r/submit_tool_outputs', { tool_outputs: [] })],
    ['an agent by its id', post('/agents/sessions', { agent_id: 'agent_1' })],
    ['an event for an agent', post('/agents/sessions/s/events', { type: 'input' })],
    ['an automation', post('/agents/automations/a/invocations')],
    ['an automation resumed', post('/agents/automations/a/resume')],
    ['a chat workflow', post('/chatkit/sessions', { workflow: { id: 'wf_1' } })],
    ['an eval run', post('/evals/e/runs', { data_source: { type: 'completions' } })],
    ['a fine-tuning job resumed', post('/fine_tuning/jobs/j/resume')],
    [
      'a stored prompt beside the model of a tool',
      post('/responses', { prompt: { id: 'p' }, tools: [image] }),
    ],
    [
      'the response before beside a moderation',
      post('/responses', { previous_response_id: 'r', moderation: mini }),
    ],
    [
      'a stored prompt beside no model',
      post('/responses', { prompt: { id: 'p' }, model: '', tools: [image] }),
    ],
    ['a stored prompt beside a list', post('/responses', { prompt: { id: 'p' }, models: ['gpt-5-mini'] })],
    [
      'the response before beside a model in a list',
      post('/responses', { previous_response_id: 'r', model: ['gpt-5-mini'] }),
    ],
    [
      'the response before in another case',
      post('/responses', { Previous_Response_Id: 'r', Model: 'gpt-5-mini' }),
    ],
    ['an agent in another case', post('/agents/sessions', { agent_id: 'a', Agent: mini })],
    [
      'a stored prompt in a session in another case',
      post('/realtime/client_secrets', { Session: { prompt: { id: 'p' } }, ...mini }),
    ],
    ['an agent by its id beside a model at the top', post('/agents/sessions', { agent_id: 'a', ...mini })],
    [
      'an agent by its id beside the model of a tool',
      post('/agents/sessions', { agent_id: 'a', agent: { tools: [image] } }),
    ],
    [
      'an agent on a schedule',
      post('/agents/automations', { target: { type: 'new_session', agent_id: 'a' }, ...mini }),
    ],
    ["an automation's new target", post('/agents/automations/a', { target: { agent_id: 'b' } })],
    ['a session that goes on, on a schedule', post('/agents/automations/a', { target: { session_id: 's' } })],
    [
      'a stored prompt in a session',
      post('/realtime/client_secrets', { session: { prompt: { id: 'p' } }, ...mini }),
    ],
    ['a run of an eval beside a filter', post('/evals/e/runs', { data_source: { source: mini } })],
    ['an assistant beside the model of a tool', post('/threads/runs', { assistant_id: 'a', tools: [image] })],
    [
      'a fork of a live session with a delegation',
      post('/live/sessions/s/fork', { session: { delegation: mini } }),
    ],
    ['a fork of a live session', post('/live/sessions/s/fork', {})],
    ['a call that is accepted', post('/realtime/calls/c/accept', { type: 'realtime' })],
  ])('%s', async (_name, call) => {
    await using kit = await guardKit({ grants: [5] })
    expect((await refusalOf(() => call(kit.openai))).code).toBe('model_missing')
    expect(kit.server.requests).toEqual([])
  })
})

describe('17 runs a stored video, whatever model is named beside it', () => {
  const video = { video: { id: 'v' }, prompt: 'more' } as const
  it.each<[string, Call]>([
    ['a remix', (openai) => openai.videos.remix('v', { prompt: 'more' })],
    ['an edit', (openai) => openai.videos.edit(video)],
    ['an extension', (openai) => openai.videos.extend({ ...video, seconds: '4' })],
    [
      'a character',
      (openai) => openai.videos.createCharacter({ name: 'c', video: new File(['x'], 'v.mp4') }),
    ],
    ['beside an open model', post('/videos/v/remix', { prompt: 'more', ...mini })],
  ])('%s', async (_name, call) => {
    await using kit = await guardKit({ grants: [5] })
    const error = await refusalOf(() => call(kit.openai))
    expect(error.code).toBe('model_missing')
    expect(error.message).toContain('videos.create')
    expect(kit.server.requests).toEqual([])
  })

  it('and the way that the refusal names is open', async () => {
    await using kit = await guardKit()
    const image = { image_url: 'https://example.com/frame.png' }
    await kit.openai.videos.create({ prompt: 'more', input_reference: image, ...mini })
    expect(kit.server.requests).toHaveLength(1)
  })
})

describe('17 names the model for what is kept at the provider', () => {
  it.each<[string, Call]>([
    ['a stored prompt', post('/responses', { prompt: { id: 'pmpt_1' }, ...mini })],
    ['an assistant', post('/threads/runs', { assistant_id: 'asst_1', ...mini })],
    ['an agent', post('/agents/sessions', { agent_id: 'agent_1', agent: mini })],
    ['an agent on a schedule', post('/agents/automations', { target: { agent_id: 'a', agent: mini } })],
    ['a session', post('/realtime/client_secrets', { session: { prompt: { id: 'p' }, ...mini } })],
    [
      'a transcription, which keeps nothing',
      post('/realtime/client_secrets', { session: { audio: { input: { transcription: mini } } } }),
    ],
    ['a run of an eval', post('/evals/e/runs', { data_source: { type: 'completions', ...mini } })],
    ['a prompt that is text', post('/images/generations', { prompt: 'a cat', ...mini })],
  ])('%s', async (_name, call) => {
    await using kit = await guardKit()
    await call(kit.openai)
    expect(kit.server.requests).toHaveLength(1)
  })
})

describe('18 puts the model into a batch', () => {
  it.each([
    ['a gated line among others', `${line('gpt-5-mini')}\n${line('gpt-5.3-codex')}\n`, 'grant_required'],
    ['a line without a model', `${line('gpt-5-mini')}\n{"body":{}}\n`, 'body_unreadable'],
    [
      'a line with a repeated key',
      '{"body":{"model":"gpt-5-mini","model":"gpt-5.3-codex"}}\n',
      'body_unreadable',
    ],
    [
      'a line with a stored prompt',
      `{"body":{"prompt":{"id":"p"},"tools":[{"model":"gpt-5-mini"}]}}\n`,
      'body_unreadable',
    ],
    ['a line whose url is no path', `${line('gpt-5-mini', '/v1/a%2fb')}\n`, 'body_unreadable'],
    ['a line whose url is no text', '{"url":{},"body":{"model":"gpt-5-mini"}}\n', 'body_unreadable'],
    ['a line that is not JSON', 'model\n', 'body_unreadable'],
    ['nothing', '', 'body_unreadable'],
  ])('at upload: %s', async (_name, text, code) => {
    await using kit = await guardKit()
    expect((await refusalOf(() => upload(kit.openai, text))).code).toBe(code)
    expect(kit.server.requests).toEqual([])
  })

  it('in parts, or streamed, and then started', async () => {
    await using kit = await guardKit({ grants: [5] })
    const parts = { purpose: 'batch', filename: 'b', bytes: 9, mime_type: 'application/jsonl' } as const
    expect((await refusalOf(() => kit.openai.uploads.create(parts))).code).toBe('body_unreadable')
    const spelt = Buffer.from('{"purpose":"b\\u0061tch"}')
    const headers = { 'content-type': 'application/json' }
    const error = await refusalOf(() => kit.openai.post('/uploads', { body: spelt, headers }))
    expect(error.code).toBe('body_unreadable')
    const file = toStreamingFile(new Blob([line('gpt-5.3-codex')]).stream(), 'b.jsonl')
    const { id } = await kit.openai.files.create({ file, purpose: 'batch' })
    expect((await refusalOf(() => start(kit.openai, id))).code).toBe('model_missing')
    expect((await refusalOf(() => start(kit.openai, 'file_elsewhere'))).code).toBe('model_missing')
    expect(kit.server.requests.map(({ path }) => path)).toEqual(['/v1/files'])
  })

  it('an open batch that was read here passes', async () => {
    await using kit = await guardKit()
    const { id } = await upload(kit.openai, line('gpt-5-mini'))
    await start(kit.openai, id)
    expect(kit.server.requests.map(({ path }) => path)).toEqual(['/v1/files', '/v1/batches'])
  })

  it.each(['/v1/responses', '/V1/Responses', 'responses', '/v1//responses/'])(
    'with a line for an endpoint that a rule denies: %s',
    async (url) => {
      const policy = await definePolicy({
        ...defaultPolicy,
        rules: [{ id: 'no-responses', when: { endpoint: '/responses' }, then: 'deny', because: 'not here' }],
      })
      await using kit = await guardKit({ guard: { policy } })
      const lines = `${line('gpt-5-mini', '/v1/embeddings')}\n${line('gpt-5-mini', url)}\n`
      expect((await refusalOf(() => upload(kit.openai, lines))).message).toContain(
        'endpoint /responses: not here',
      )
      expect(kit.server.requests).toEqual([])
      const { id } = await upload(kit.openai, line('gpt-5-mini', '/v1/embeddings'))
      await start(kit.openai, id)
      expect(kit.server.requests).toHaveLength(2)
    },
  )

  it('that was read on its way to another server', async () => {
    await using kit = await guardKit({ grants: [5] })
    await using other = await guardKit()
    const elsewhere = kit.openai.withOptions({ baseURL: other.server.url })
    const { id } = await upload(elsewhere, line('gpt-5-mini'))
    expect((await refusalOf(() => start(kit.openai, id))).code).toBe('model_missing')
    await start(elsewhere, id)
    expect(kit.server.requests).toEqual([])
  })

  it('a gated batch spends a call for each line, or starts not at all', async () => {
    await using kit = await guardKit({ grants: [5] })
    const { id } = await upload(kit.openai, `${line('gpt-5.3-codex')}\n`.repeat(3))
    await start(kit.openai, id)
    expect((await refusalOf(() => start(kit.openai, id))).code).toBe('grant_spent')
    await kit.openai.responses.create({ model: 'gpt-5.3-codex', input: 'hi' })
    await kit.openai.responses.create({ model: 'gpt-5.3-codex', input: 'hi' })
    await refusalOf(() => kit.openai.responses.create({ model: 'gpt-5.3-codex', input: 'hi' }))
    expect(kit.server.requests).toHaveLength(4)
  })
})

describe('19 nests the model', () => {
  const codex = 'gpt-5.3-codex'
  it.each<[string, string, object]>([
    ['a moderation', '/responses', { model: 'gpt-5-mini', moderation: { model: codex } }],
    [
      'an image tool',
      '/responses',
      { model: 'gpt-5-mini', tools: [{ type: 'image_generation', model: codex }] },
    ],
    [
      'a late-bound tool',
      '/responses',
      {
        model: 'gpt-5-mini',
        input: [{ type: 'tool_search_output', tools: [{ type: 'function', model: codex }] }],
      },
    ],
    [
      'a grader',
      '/fine_tuning/alpha/graders/run',
      { grader: { type: 'multi', graders: { a: { model: codex } } } },
    ],
    [
      'a fine-tuning grader',
      '/fine_tuning/jobs',
      { model: 'gpt-5-mini', method: { reinforcement: { grader: { model: codex } } } },
    ],
    ['an eval criterion', '/evals', { testing_criteria: [{ type: 'label_model', model: codex }] }],
    ['a session', '/realtime/sessions', { session: { model: codex } }],
    [
      'a delegation',
      '/live/sessions',
      { session: { model: 'gpt-5-mini', delegation: { responses: { model: codex } } } },
    ],
    ['a list of fallbacks', '/chat/completions', { model: 'gpt-5-mini', models: ['gpt-5-mini', codex] }],
    [
      'a transcription',
      '/realtime/client_secrets',
      { session: { model: 'gpt-5-mini', audio: { input: { transcription: { model: codex } } } } },
    ],
    [
      'an object that names a model by its id',
      '/responses',
      { model: 'gpt-5-mini', fallback_model: { id: codex } },
    ],
    ['a map of models', '/responses', { model: 'gpt-5-mini', models: { second: [{ name: codex }] } }],
    ['a camel-case key', '/responses', { model: 'gpt-5-mini', fallbackModel: codex }],
    ['an agent', '/agents/automations', { agent: { model: codex } }],
    ["an assistant's update", '/assistants/a', { model: codex }],
  ])('%s', async (_name, path, body) => {
    await using kit = await guardKit()
    const error = await refusalOf(() => kit.openai.post(path, { body }))
    expect(error.decision.models.map(({ asked }) => asked)).toContain(codex)
    expect(kit.server.requests).toEqual([])
  })

  it('leaves alone what only looks like a model: metadata, schemas and variables', async () => {
    await using kit: GuardKit = await guardKit()
    await kit.openai.responses.create({
      model: 'gpt-5-mini',
      input: 'hi',
      metadata: { model: codex },
      tools: [
        {
          type: 'function',
          name: 'f',
          strict: null,
          parameters: { type: 'object', properties: {}, default: { model: codex } },
        },
      ],
      text: { format: { type: 'json_schema', name: 's', schema: { const: { model: codex } } } },
    })
    expect(kit.server.requests).toHaveLength(1)
  })
})

describe('20 mints a client secret to call with elsewhere', () => {
  it.each<[string, object, string]>([
    ['/realtime/client_secrets', { session: { model: 'gpt-5.3-codex' } }, 'grant_required'],
    ['/realtime/client_secrets', {}, 'model_missing'],
    ['/realtime/client_secrets', { session: { prompt: { id: 'pmpt_1' } } }, 'model_missing'],
    ['/realtime/translations/client_secrets', { session: { model: 'gpt-5.3-codex' } }, 'grant_required'],
    ['/realtime/transcription_sessions', {}, 'model_missing'],
  ])('%s %j', async (path, body, code) => {
    await using kit = await guardKit()
    expect((await refusalOf(() => kit.openai.post(path, { body }))).code).toBe(code)
    expect(kit.server.requests).toEqual([])
  })
})
