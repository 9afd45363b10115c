import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import { createGuard, type FinishedEvent } from '../src/index.ts'
import { memoryAuditLog, scriptedUpstream, testAuthority } from '../src/testing.ts'

/** What a guard told of the tools that an answer asked for. */
async function toldOf(answer: Response): Promise<FinishedEvent['asks']> {
  let asks: FinishedEvent['asks'] | undefined
  const hear = (event: unknown) => void (asks = (event as FinishedEvent).asks)
  subscribe('model-policy:finished', hear)
  try {
    await using guard = createGuard({ ...(await testAuthority()), audit: memoryAuditLog() })
    const upstream = scriptedUpstream([() => answer])
    const fetch = guard.wrapFetch(upstream.fetch)
    const response = await fetch('https://api.openai.com/v1/responses', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-5-mini', input: 'hi' }),
    })
    await response.text()
  } finally {
    unsubscribe('model-policy:finished', hear)
  }
  return asks ?? []
}

const stream = (...events: object[]) =>
  new Response(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''), {
    headers: { 'content-type': 'text/event-stream' },
  })

const output = [
  { type: 'message', id: 'm', content: [] },
  { type: 'web_search_call', id: 'w' },
  { type: 'function_call', id: 'f', name: 'publish', arguments: '{}' },
  { type: 'shell_call', id: 's' },
  { type: 'mcp_approval_request', id: 'a', name: 'deploy' },
  { type: 'time_machine_call', id: 't' },
]
const asked = [
  { type: 'function_call', name: 'publish', id: 'f' },
  { type: 'shell_call', id: 's' },
  { type: 'mcp_approval_request', name: 'deploy', id: 'a' },
  { type: 'time_machine_call', id: 't' },
]
const created = { type: 'response.created', response: { id: 'r', model: 'gpt-5-mini' } }

describe('a finished call tells which tools its answer asked for', () => {
  it.each<[string, () => Response, object[]]>([
    ['an answer of Responses', () => Response.json({ id: 'r', model: 'gpt-5-mini', output }), asked],
    [
      'a stream of Responses, each once',
      () =>
        stream(created, ...output.map((item) => ({ type: 'response.output_item.done', item })), {
          type: 'response.completed',
          response: { id: 'r', model: 'gpt-5-mini', output, usage: {} },
        }),
      asked,
    ],
    [
      'an answer of Chat Completions',
      () =>
        Response.json({
          model: 'gpt-5-mini',
          choices: [
            {
              message: {
                tool_calls: [{ id: 'c', type: 'function', function: { name: 'publish', arguments: '' } }],
              },
            },
            { message: { function_call: { name: 'old', arguments: '' } } },
          ],
        }),
      [
        { type: 'function', name: 'publish', id: 'c' },
        { type: 'function', name: 'old' },
      ],
    ],
    [
      'a stream of Chat Completions',
      () =>
        stream(
          { model: 'gpt-5-mini', choices: [{ delta: { role: 'assistant' } }] },
          {
            choices: [
              {
                delta: {
                  tool_calls: [
                    { index: 0, id: 'c', type: 'function', function: { name: 'publish', arguments: '' } },
                  ],
                },
              },
            ],
          },
          { choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: '{"name"' } }] } }] },
        ),
      [{ type: 'function', name: 'publish', id: 'c' }],
    ],
    [
      'a stream of Messages',
      () =>
        stream(
          { type: 'message_start', message: { id: 'm', model: 'gpt-5-mini', content: [] } },
          { type: 'content_block_start', content_block: { type: 'tool_use', id: 'u', name: 'bash' } },
        ),
      [{ type: 'tool_use', name: 'bash', id: 'u' }],
    ],
    [
      'an answer that asks for none',
      () => Response.json({ model: 'gpt-5-mini', output: output.slice(0, 2) }),
      [],
    ],
  ])('%s', async (_name, answer, asks) => {
    expect(await toldOf(answer())).toEqual(asks)
  })
})
