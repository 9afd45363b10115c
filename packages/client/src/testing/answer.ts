/** What a scripted answer says; everything left out is made up. */
export interface AnswerOptions {
  /** @default 'ok' */
  text?: string
  /** The model that claims to answer. @default the one asked for */
  model?: string
  /** @default { input: 10, output: 5 } */
  usage?: { input: number; output: number }
}

/** A request as a test's upstream sees it. */
export interface UpstreamRequest {
  method: string
  /** Path and query, as they arrived. */
  path: string
  headers: Headers
  /** The exact body, as text. */
  body: string
  /** The body parsed, where it is JSON. */
  json: Record<string, unknown> | undefined
}

let answers = 0

/** Answer a request the way the API does: Responses, Chat Completions, embeddings; plain, or streamed where it asks for that. */
export function answerLikeApi(request: UpstreamRequest, options: AnswerOptions = {}): Response {
  const body = request.json ?? {}
  const path = request.path.split('?')[0] ?? ''
  const asked = typeof body.model === 'string' ? body.model : 'gpt-5-mini'
  const { text = 'ok', model = asked, usage = { input: 10, output: 5 } } = options
  answers += 1
  const facts = { id: `${answers}`, text, model, usage }
  const streamed = body.stream === true
  if (request.method === 'GET' || request.method === 'DELETE') return json({ object: 'list', data: [] })
  if (path.endsWith('/chat/completions')) {
    const wantsUsage = record(body.stream_options).include_usage === true
    return streamed ? events(chatChunks(facts, wantsUsage), true) : json(chatCompletion(facts))
  }
  if (path.endsWith('/embeddings')) return json(embedding(facts))
  if (path.endsWith('/responses'))
    return streamed ? events(responseEvents(facts), false) : json(response(facts))
  return json({ id: `obj_${facts.id}`, object: 'object', model })
}

interface AnswerFacts {
  id: string
  text: string
  model: string
  usage: { input: number; output: number }
}

function response({ id, text, model, usage }: AnswerFacts) {
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: 0,
    status: 'completed',
    model,
    output: [
      {
        id: `msg_${id}`,
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text, annotations: [] }],
      },
    ],
    usage: {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: usage.input + usage.output,
    },
  }
}

function responseEvents(facts: AnswerFacts): object[] {
  const done = response(facts)
  const begun = { ...done, status: 'in_progress', output: [], usage: null }
  const [item] = done.output
  const at = { item_id: `msg_${facts.id}`, output_index: 0, content_index: 0 }
  const numbered = [
    { type: 'response.created', response: begun },
    { type: 'response.output_item.added', output_index: 0, item: { ...item, content: [] } },
    { type: 'response.content_part.added', ...at, part: { type: 'output_text', text: '', annotations: [] } },
    ...words(facts.text).map((delta) => ({ type: 'response.output_text.delta', ...at, delta })),
    { type: 'response.output_text.done', ...at, text: facts.text },
    { type: 'response.content_part.done', ...at, part: item?.content[0] },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: done },
  ]
  return numbered.map((event, index) => ({ ...event, sequence_number: index }))
}

const chatUsage = ({ usage }: AnswerFacts) => ({
  prompt_tokens: usage.input,
  completion_tokens: usage.output,
  total_tokens: usage.input + usage.output,
})

function chatCompletion(facts: AnswerFacts) {
  const { id, text, model } = facts
  const message = { role: 'assistant', content: text, refusal: null }
  return {
    id: `chatcmpl_${id}`,
    object: 'chat.completion',
    created: 0,
    model,
    choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null }],
    usage: chatUsage(facts),
  }
}

function chatChunks(facts: AnswerFacts, wantsUsage: boolean): object[] {
  const { id, text, model } = facts
  const chunk = (delta: object, finish: string | null) => ({
    id: `chatcmpl_${id}`,
    object: 'chat.completion.chunk',
    created: 0,
    model,
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...(wantsUsage && { usage: null }),
  })
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...words(text).map((content) => chunk({ content }, null)),
    chunk({}, 'stop'),
    ...(wantsUsage ? [{ ...chunk({}, null), choices: [], usage: chatUsage(facts) }] : []),
  ]
}

function embedding({ model, usage }: AnswerFacts) {
  return {
    object: 'list',
    model,
    data: [{ object: 'embedding', index: 0, embedding: [0, 1] }],
    usage: { prompt_tokens: usage.input, total_tokens: usage.input },
  }
}

const words = (text: string): string[] => text.match(/\S+\s*/g) ?? ['']

const json = (value: object): Response =>
  Response.json(value, { headers: { 'x-request-id': `req_${answers}` } })

function events(list: readonly object[], sentinel: boolean): Response {
  const encoder = new TextEncoder()
  const lines = list.map((event) => {
    const name = 'type' in event ? `event: ${String(event.type)}\n` : ''
    return encoder.encode(`${name}data: ${JSON.stringify(event)}\n\n`)
  })
  if (sentinel) lines.push(encoder.encode('data: [DONE]\n\n'))
  return new Response(ReadableStream.from(lines), { headers: { 'content-type': 'text/event-stream' } })
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
