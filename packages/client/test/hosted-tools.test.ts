import { expect, it } from 'vitest'
import { createGuard } from '../src/index.ts'
import { memoryAuditLog, scriptedUpstream, testAuthority } from '../src/testing.ts'

const mcp = { type: 'mcp', server_label: 'x', server_url: 'https://example.com' }
const functionTool = { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }

/** What becomes of a request to a model that is open to all. */
async function sent(body: object): Promise<number> {
  const upstream = scriptedUpstream()
  await using guard = createGuard({ ...(await testAuthority()), audit: memoryAuditLog() })
  const fetch = guard.wrapFetch(upstream.fetch)
  const response = await fetch('https://api.openai.com/v1/responses', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-5-mini', input: 'hi', ...body }),
  })
  return response.status
}

it.each<[string, object]>([
  ['a remote server', { tools: [mcp] }],
  ['a hosted shell', { tools: [{ type: 'shell', environment: { type: 'container_auto' } }] }],
  ['a local shell', { tools: [{ type: 'local_shell' }] }],
  ['patches', { tools: [{ type: 'apply_patch' }] }],
  ['a computer', { tools: [{ type: 'computer_use_preview' }] }],
  ['hosted code', { tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] }],
  ['programs that call tools', { tools: [{ type: 'programmatic_tool_calling' }] }],
  ['a type that nobody has heard of', { tools: [{ type: 'time_machine' }] }],
  ['a type that looks like one that is harmless', { tools: [{ type: 'functi\u043En' }] }],
  ['one that acts among those that do not', { tools: [functionTool, { type: 'web_search' }, mcp] }],
  ['one inside a namespace', { tools: [{ type: 'namespace', name: 'n', tools: [functionTool, mcp] }] }],
  ['one bound late, by a search', { input: [{ type: 'tool_search_output', call_id: 'c', tools: [mcp] }] }],
  ['one by its name alone', { tools: ['code_interpreter'] }],
  ['one without a type', { tools: [{ code_execution: {} }] }],
  ['one without a type, but with a server', { tools: [{ name: 'x', server_url: 'https://example.com' }] }],
  ['one without a type, but with code', { tools: [{ name: 'x', codeExecution: {} }] }],
  ['a list of types', { tools: [{ type: ['mcp'], name: 'x' }] }],
  ['no type', { tools: [{ type: null, name: 'x' }] }],
  ['nothing in it', { tools: [{}] }],
  ['a number for a tool', { tools: [7] }],
  ['null for a tool', { tools: [null] }],
  ['a list for a tool', { tools: [[]] }],
  ['a type in another case', { tools: [{ Type: 'mcp', name: 'x' }] }],
  ['tools in another case', { Tools: [mcp] }],
  ['servers in another case', { MCP_servers: [{ url: 'https://example.com' }] }],
  ['skills in another case', { container: { Skills: [{ skill_id: 's' }] } }],
  ['one tool without a list', { tools: mcp }],
  ['remote servers beside its tools', { mcp_servers: [{ type: 'url', url: 'https://example.com' }] }],
  ['skills in a container', { container: { skills: [{ type: 'custom', skill_id: 's' }] } }],
])('refuses a request with %s, whatever the model', async (_name, body) => {
  expect(await sent(body)).toBe(403)
})

it.each<[string, object]>([
  ['no tools', {}],
  ['an empty list', { tools: [] }],
  ['null for a list', { tools: null }],
  ['empty lists of what acts', { mcp_servers: [], container: { skills: [] } }],
  ['tools that the caller runs', { tools: [functionTool, { type: 'custom', name: 'c' }] }],
  [
    'tools that only read',
    { tools: [{ type: 'file_search', vector_store_ids: [] }, { type: 'web_search_preview' }] },
  ],
  ['functions as Chat Completions has them', { tools: [{ type: 'function', function: { name: 'f' } }] }],
  ['functions as other providers have them', { tools: [{ name: 'f', input_schema: { type: 'object' } }] }],
  [
    'functions with what the Messages API adds',
    { tools: [{ name: 'f', description: 'd', input_schema: {}, cache_control: { type: 'ephemeral' } }] },
  ],
  [
    'what a remote server listed',
    { input: [{ type: 'mcp_list_tools', tools: [{ name: 'f', input_schema: {}, annotations: {} }] }] },
  ],
  ['functions in a namespace', { tools: [{ type: 'namespace', name: 'n', tools: [functionTool] }] }],
  [
    'a parameter that is called tools',
    { tools: [{ ...functionTool, parameters: { properties: { tools: [mcp] } } }] },
  ],
])('lets a request with %s pass', async (_name, body) => {
  expect(await sent(body)).toBe(200)
})

it.each<[string, object, string | undefined]>([
  ['/conversations', { items: [{ type: 'tool_search_output', tools: [mcp] }] }, 'tool_unauthorized'],
  ['/conversations/c/items', { items: [{ type: 'tool_search_output', tools: [mcp] }] }, 'tool_unauthorized'],
  ['/assistants/a', { tools: [{ type: 'code_interpreter' }] }, 'tool_unauthorized'],
  ['/agents/a', { tools: [mcp] }, 'tool_unauthorized'],
  [
    '/threads/t/messages',
    { role: 'user', content: 'x', attachments: [{ file_id: 'f', tools: [{ type: 'code_interpreter' }] }] },
    'tool_unauthorized',
  ],
  ['/conversations/c/items', { items: [{ type: 'message', role: 'user', content: 'x' }] }, undefined],
  ['/assistants/a', { tools: [functionTool] }, undefined],
])(
  'a request to %s that names no model leaves no tools that act for the next: %j',
  async (endpoint, body, code) => {
    const upstream = scriptedUpstream()
    await using guard = createGuard({ ...(await testAuthority()), audit: memoryAuditLog() })
    const response = await guard.wrapFetch(upstream.fetch)(`https://api.openai.com/v1${endpoint}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(response.headers.get('x-policy-code') ?? undefined).toBe(code)
    expect(upstream.requests).toHaveLength(code === undefined ? 1 : 0)
  },
)
