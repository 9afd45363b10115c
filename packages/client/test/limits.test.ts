import { describe, expect, it } from 'vitest'
import { createGuard, PolicyDeniedError, type GuardOptions, type ToolOptions } from '../src/index.ts'
import type { TestGrantOptions } from '../src/testing.ts'
import { guardKit } from './guard-kit.ts'

// A scripted model that tries to get round each limit: what it was granted is one thing, what it asks for another.

/** What the model gives a tool: whatever it likes. */
interface Input {
  tag: string
  command: string[]
  target: string
}

interface Way {
  asks: readonly { name: string; input: object }[]
  /** What ran in the end. @default nothing */
  ran?: readonly string[]
  grant?: Partial<TestGrantOptions>
  guard?: Partial<GuardOptions>
}

const npm = ['npm', 'publish', '--tag', 'latest']
const publish = (tag: string) => ({ name: 'publish', input: { tag } })
const run = (...command: string[]) => ({ name: 'run', input: { command } })
const save = (target: string) => ({ name: 'save', input: { target } })
const store = (target: string) => ({ name: 'store', input: { target } })
const late = { clock: () => Date.now() + 9 * 3_600_000 }
const others = { claims: { act: { sub: 'agent:other' } } }
const othersKey = { claims: { cnf: { jkt: 'A'.repeat(43) } } }

/** A run in which the model asks for these tools at once, under one grant; gives what ran, whichever of them came first. */
async function ranBy(
  request: NonNullable<TestGrantOptions['request']>,
  { asks, grant, guard: options }: Way,
) {
  const calls = asks.map(({ name, input }, index) => ({
    id: `call_${index}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(input) },
  }))
  const turns: object[] = [{ content: null, tool_calls: calls }]
  const respond = () =>
    Response.json({
      id: 'c',
      object: 'chat.completion',
      model: 'gpt-5-mini',
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: { role: 'assistant', content: 'done', ...turns.shift() },
        },
      ],
    })
  await using kit = await guardKit({ server: { respond } })
  const token = await kit.authority.grant({ request, ...grant })
  const guard = createGuard({ ...kit.authority, audit: kit.audit, grants: [token], ...options })
  const ran: string[] = []
  const offer = (name: string, options: ToolOptions<Input>, what: (input: Input) => string) => ({
    type: 'function' as const,
    function: {
      name,
      description: '',
      parameters: { type: 'object', properties: {} },
      parse: (text: string) => JSON.parse(text) as Input,
      function: guard.tool(name, (input: Input) => `${ran.push(what(input))}`, options).answer,
    },
  })
  const write: ToolOptions<Input> = { effect: 'productionWrite', target: ({ target }) => target }
  const tools = [
    offer(
      'publish',
      { effect: 'shell', command: ({ tag }) => [...npm.slice(0, -1), tag] },
      ({ tag }) => `npm publish --tag ${tag}`,
    ),
    offer('run', { effect: 'shell', command: ({ command }) => command }, ({ command }) => command.join(' ')),
    offer('save', write, ({ target }) => target),
    offer('store', write, ({ target }) => target),
  ]
  const runner = guard.wrap(kit.raw).chat.completions.runTools({
    model: 'gpt-5-mini',
    messages: [{ role: 'user', content: 'go on' }],
    tools,
  })
  expect(await runner.finalContent()).toBe('done')
  const started = kit.audit.records.filter(
    ({ kind, data }) => kind === 'tool.authorized' && !('model_policy.outcome' in data),
  )
  expect(started).toHaveLength(ran.length)
  return ran
}

describe('a shell command: `npm publish --tag latest` was authorized, once', () => {
  it.each<[string, Way]>([
    ['it runs', { asks: [publish('latest')], ran: [npm.join(' ')] }],
    ['a second call', { asks: [publish('latest'), publish('latest')], ran: [npm.join(' ')] }],
    [
      'the same through a tool of another name',
      { asks: [publish('latest'), run(...npm)], ran: [npm.join(' ')] },
    ],
    ['another command through a tool of another name', { asks: [run('npm', 'unpublish'), run('npm')] }],
    ['a tool that nobody offered', { asks: [{ name: 'shell', input: { command: npm } }] }],
    ['a tool that writes instead', { asks: [save(npm.join(' ')), store('db:prod')] }],
    [
      'a renamed command',
      {
        asks: [['/tmp/npm'], ['./npm'], ['NPM'], ['npx', 'npm'], ['env', 'npm'], ['sudo', 'npm']].map((by) =>
          run(...by, ...npm.slice(1)),
        ),
      },
    ],
    ['a shell round it', { asks: [run('sh', '-c', npm.join(' ')), run(npm.join(' '))] }],
    [
      'a changed argument',
      { asks: [publish('next'), publish('latest; id'), publish('l\u0430test'), run(...npm, '--force')] },
    ],
    ['an expired authorization', { asks: [publish('latest')], guard: late }],
    ['an authorization of another agent', { asks: [publish('latest')], grant: others }],
    ['an authorization of another agent\u2019s key', { asks: [publish('latest')], grant: othersKey }],
  ])('%s', async (_name, way) => {
    expect(await ranBy({ command: npm }, way)).toEqual(way.ran ?? [])
  })
})

describe('a production write: `db:prod/users` was authorized, once', () => {
  it.each<[string, Way]>([
    ['it runs', { asks: [save('db:prod/users')], ran: ['db:prod/users'] }],
    ['a second call', { asks: [save('db:prod/users'), save('db:prod/users')], ran: ['db:prod/users'] }],
    [
      'the same through a tool of another name',
      { asks: [save('db:prod/users'), store('db:prod/users')], ran: ['db:prod/users'] },
    ],
    ['a tool that nobody offered', { asks: [{ name: 'sql', input: { target: 'db:prod/users' } }] }],
    ['a command instead', { asks: [run('db:prod/users'), run('psql', 'db:prod/users')] }],
    [
      'a renamed target',
      {
        asks: [
          'DB:prod/users',
          'db:prod/./users',
          'db:prod//users',
          'db:prod/us\u0435rs',
          ' db:prod/users',
        ].map(save),
      },
    ],
    [
      'a changed target',
      { asks: ['db:prod', 'db:prod/orders', 'db:prod/users2', 'db:prod/users;drop'].map(save) },
    ],
    ['an expired authorization', { asks: [save('db:prod/users')], guard: late }],
    ['an authorization of another agent', { asks: [save('db:prod/users')], grant: others }],
    ['an authorization of another agent\u2019s key', { asks: [save('db:prod/users')], grant: othersKey }],
  ])('%s', async (_name, way) => {
    expect(await ranBy({ write: 'db:prod/users' }, way)).toEqual(way.ran ?? [])
  })
})

const mcp = { type: 'mcp', server_label: 'x', server_url: 'https://example.com' }

describe('tools that act at the provider: `mcp` was authorized, for one call', () => {
  interface Request {
    model?: string
    tools?: readonly object[]
    input?: unknown
  }

  /** Send the requests one after the other, feeding back what the model answers; gives how many reached the provider. */
  async function sentBy(
    requests: readonly Request[],
    {
      grant,
      guard: options,
      answer = [],
    }: Pick<Way, 'grant' | 'guard'> & { answer?: readonly object[] } = {},
  ) {
    const respond = () => Response.json({ id: 'r', object: 'response', model: 'gpt-5-mini', output: answer })
    await using kit = await guardKit({ server: { respond } })
    const token = await kit.authority.grant({ model: 'gpt-5-mini', tools: ['mcp'], maxCalls: 1, ...grant })
    const guard = createGuard({ ...kit.authority, audit: kit.audit, grants: [token], ...options })
    const openai = guard.wrap(kit.raw)
    let output: unknown = 'hi'
    for (const request of requests) {
      const body = { model: 'gpt-5-mini', input: output, ...request } as never
      try {
        ;({ output } = await openai.responses.create(body))
      } catch (error) {
        if (!PolicyDeniedError.is(error)) throw error
      }
    }
    return kit.server.requests.length
  }

  it('goes out, and not a second time', async () => {
    expect(await sentBy([{ tools: [mcp] }])).toBe(1)
    expect(await sentBy([{ tools: [mcp] }, { tools: [mcp] }])).toBe(1)
  })

  it.each<[string, Request]>([
    ['a tool of another name', { tools: [{ type: 'local_shell' }] }],
    ['another name for the same', { tools: [{ ...mcp, type: 'MCP' }] }],
    ['a newer name for the same', { tools: [{ ...mcp, type: 'mcp_v2' }] }],
    ['another beside it', { tools: [mcp, { type: 'code_interpreter', container: { type: 'auto' } }] }],
    [
      'another in a namespace',
      { tools: [mcp, { type: 'namespace', name: 'n', tools: [{ type: 'shell' }] }] },
    ],
    [
      'another bound late',
      { input: [{ type: 'tool_search_output', call_id: 'c', tools: [{ type: 'shell' }] }] },
    ],
    ['another model', { model: 'gpt-5.3-codex', tools: [mcp] }],
  ])('does not cover %s', async (_name, request) => {
    expect(await sentBy([request])).toBe(0)
  })

  it('does not cover a tool that the model itself brings in', async () => {
    const answer = [{ type: 'tool_search_output', call_id: 'c', tools: [{ type: 'shell' }] }]
    expect(await sentBy([{ tools: [mcp] }, {}], { answer })).toBe(1)
  })

  it.each<[string, Pick<Way, 'grant' | 'guard'>]>([
    ['it has expired', { guard: late }],
    ['it is another agent\u2019s', { grant: others }],
    ['it is for another agent\u2019s key', { grant: othersKey }],
  ])('covers nothing when %s', async (_name, way) => {
    expect(await sentBy([{ tools: [mcp] }], way)).toBe(0)
  })
})
