/**
 * The guarded client beside the raw one: each contestant in a process of its own, rounds alternating.
 *
 * - CPU: sequential calls against a `fetch` that answers at once; the difference to the raw client is the guard's own cost. Other tenants of
 *   a machine only ever add to it, so each measurement is the quietest tenth of its batches.
 * - Calls per second: 64 at once against a loopback server in a process of its own.
 * - Streams: 500 events, CPU per stream, from memory and from the loopback server.
 * - Large prompts: the guard's cost beside `JSON.parse` plus SHA-256 of the same body.
 *
 * "open" is a model open to all, with a log that takes nothing: the guard alone. "granted" runs under a grant seen before, with a ledger in
 * memory and two entries in full through the audit log; neither keeps what it was given, so that no heap grows while it is measured.
 * Peers: the middleware of the Vercel AI SDK beside that SDK without it, and `@openai/guardrails` with no guardrail at all beside the `openai` 4
 * that it brings along.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { hash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { createAuditLog, type AuditSink } from '@policy/audit'
import { createGuard, type Fetch } from '@policy/client'
import { startLoopbackServer, testAuthority } from '@policy/client/testing'
import { defaultPolicy, definePolicy, type Ledger } from '@policy/core'

const contestants = ['raw', 'open', 'granted', 'ai', 'ai middleware', 'openai 4', 'guardrails'] as const
type Contestant = (typeof contestants)[number]

/** What a contestant can do; each resolves once the answer is read whole. */
interface Caller {
  call(prompt: string): Promise<string>
  stream(): Promise<number>
  close(): Promise<void>
}

const openModel = 'gpt-5-mini'
const gatedModel = 'gpt-5.3-codex'

async function callerOf(contestant: Contestant, fetch: Fetch, baseURL: string): Promise<Caller> {
  if (contestant === 'ai' || contestant === 'ai middleware') return aiCaller(contestant, fetch, baseURL)
  if (contestant === 'openai 4' || contestant === 'guardrails')
    return responsesCaller(await openai4(contestant, fetch, baseURL), openModel)
  const { OpenAI } = await import('openai')
  const raw = new OpenAI({ apiKey: 'k', baseURL, fetch })
  if (contestant === 'raw') return responsesCaller(raw, openModel)
  const guard = await aGuard(contestant)
  const caller = responsesCaller(guard.wrap(raw), contestant === 'granted' ? gatedModel : openModel)
  return { ...caller, close: () => guard.close() }
}

/** What the clients of all releases of `openai` have in common. */
interface ResponsesClient {
  responses: {
    create(body: { model: string; input: string }): PromiseLike<{ output_text: string }>
    create(body: { model: string; input: string; stream: true }): PromiseLike<AsyncIterable<unknown>>
  }
}

function responsesCaller(client: ResponsesClient, model: string): Caller {
  return {
    call: async (input) => (await client.responses.create({ model, input })).output_text,
    async stream() {
      let events = 0
      for await (const _event of await client.responses.create({ model, input: 'hi', stream: true }))
        events += 1
      return events
    },
    close: async () => {},
  }
}

async function openai4(
  contestant: 'openai 4' | 'guardrails',
  fetch: Fetch,
  baseURL: string,
): Promise<ResponsesClient> {
  // its types know only the fetch of node-fetch, and of a guarded stream only the first event
  const options = { apiKey: 'k', baseURL, fetch: fetch as never }
  if (contestant === 'guardrails') {
    const { GuardrailsOpenAI } = await import('@openai/guardrails')
    return (await GuardrailsOpenAI.create({ version: 1 }, options)) as unknown as ResponsesClient
  }
  const { OpenAI } = await import('openai-4')
  return new OpenAI(options) as ResponsesClient
}

async function aiCaller(contestant: Contestant, fetch: Fetch, baseURL: string): Promise<Caller> {
  const { createOpenAI } = await import('@ai-sdk/openai')
  const { generateText, streamText, wrapLanguageModel } = await import('ai')
  const plain = createOpenAI({ apiKey: 'k', baseURL, fetch })(openModel)
  // The least a policy could do there: look at the call, look at the result.
  const model =
    contestant === 'ai'
      ? plain
      : wrapLanguageModel({
          model: plain,
          middleware: {
            specificationVersion: 'v4',
            transformParams: async ({ params }) => params,
            wrapGenerate: async ({ doGenerate }) => doGenerate(),
            wrapStream: async ({ doStream }) => doStream(),
          },
        })
  return {
    call: async (prompt) => (await generateText({ model, prompt })).text,
    async stream() {
      let events = 0
      for await (const _text of streamText({ model, prompt: 'hi' }).textStream) events += 1
      return events
    },
    close: async () => {},
  }
}

const forgets: AuditSink = { name: 'forgets', append: async () => {} }
const keepsNothing = { record: async () => {}, flush: async () => {}, close: async () => {} }

async function aGuard(contestant: Contestant) {
  const { approvers, grant } = defaultPolicy.escalation
  const policy = await definePolicy({
    ...defaultPolicy,
    escalation: {
      ...defaultPolicy.escalation,
      approvers: { ...approvers, people: ['github:1'] },
      grant: { ...grant, maxCalls: 100_000_000 },
    },
  })
  const authority = await testAuthority({ policy })
  const audit =
    contestant === 'granted' ? createAuditLog({ sinks: [forgets], origin: 'bench' }) : keepsNothing
  const grants = [await authority.grant({ maxCalls: 100_000_000 })]
  return createGuard({ ...authority, audit, grants, ledger: countingLedger(authority.ledger) })
}

/** A ledger that only counts: the one for tests keeps a list of every call. */
function countingLedger(ledger: Ledger): Ledger {
  let used = 0
  return {
    ...ledger,
    async consume() {
      used += 1
      return { type: 'spent', used, replay: false }
    },
  }
}

/** An answer of the API, made once. */
function answersAtOnce(events: string): Fetch {
  const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 }
  const content = [{ type: 'output_text', text: 'ok', annotations: [] }]
  const answer = (model: string) =>
    JSON.stringify({
      id: 'resp_1',
      object: 'response',
      created_at: 0,
      status: 'completed',
      model,
      usage,
      output: [{ id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content }],
    })
  const [open, gated] = [answer(openModel), answer(gatedModel)]
  const streamed = streamOf(events)
  return async (_url, init) => {
    const body = String(init?.body)
    // `openai` 4 writes a space after the colon
    if (/"stream": ?true/.test(body.slice(0, 100) + body.slice(-100))) {
      return streamed()
    }
    const text = body.slice(0, 100).includes(gatedModel) ? gated : open
    return new Response(text, { headers: { 'content-type': 'application/json' } })
  }
}

/** Answers that bring one event a chunk. */
function streamOf(events: string): () => Response {
  const encoded = events.split(/(?<=\n\n)/).map((event) => new TextEncoder().encode(event))
  return () =>
    new Response(ReadableStream.from(encoded), { headers: { 'content-type': 'text/event-stream' } })
}

function fiveHundredEvents(): string {
  const response = {
    id: 'resp_1',
    object: 'response',
    created_at: 0,
    model: openModel,
    output: [],
    usage: null,
  }
  const at = { item_id: 'msg_1', output_index: 0, content_index: 0 }
  const item = { id: 'msg_1', type: 'message', role: 'assistant', content: [] }
  const usage = { input_tokens: 10, output_tokens: 500, total_tokens: 510 }
  return [
    { type: 'response.created', response },
    { type: 'response.output_item.added', output_index: 0, item },
    ...Array.from({ length: 496 }, (_, index) => ({
      type: 'response.output_text.delta',
      ...at,
      delta: `word ${index} `,
    })),
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { ...response, usage, status: 'completed' } },
  ]
    .map(
      (event, index) =>
        `event: ${event.type}\ndata: ${JSON.stringify({ ...event, sequence_number: index })}\n\n`,
    )
    .join('')
}

const promptOf = (bytes: number): string =>
  'The quick "brown" fox\njumps. '.repeat(Math.ceil(bytes / 29)).slice(0, bytes)

/** Microseconds of CPU for each of `count` runs of `work`, in the quietest of ten batches. */
async function cpuOf(count: number, work: () => Promise<unknown>): Promise<number> {
  const size = Math.ceil(count / 10)
  let least = Number.POSITIVE_INFINITY
  for (let batch = 0; batch < 10; batch += 1) {
    const start = process.cpuUsage()
    for (let run = 0; run < size; run += 1) await work()
    const { user, system } = process.cpuUsage(start)
    least = Math.min(least, (user + system) / size)
  }
  return least
}

/** One measurement in a contestant's process. */
async function measure(caller: Caller, local: Caller, what: string): Promise<number> {
  const [kind, size = '0'] = what.split(' ')
  const prompt = promptOf(Number(size))
  if (kind === 'call')
    return cpuOf(Math.max(20, Math.floor(4_000_000 / (1000 + Number(size)))), () => caller.call(prompt))
  if (kind === 'stream') return cpuOf(60, () => (size === 'local' ? local : caller).stream())
  if (kind === 'floor') {
    const body = JSON.stringify({ model: openModel, input: prompt })
    return cpuOf(30, async () => [JSON.parse(body), hash('sha256', body)])
  }
  const calls = 1000
  const start = performance.now()
  let left = calls
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (left > 0) {
        left -= 1
        await local.call(promptOf(1000))
      }
    }),
  )
  return (calls / (performance.now() - start)) * 1000
}

async function contend(contestant: Contestant, serverURL: string): Promise<void> {
  const caller = await callerOf(contestant, answersAtOnce(fiveHundredEvents()), 'http://127.0.0.1:9/v1')
  const local = await callerOf(contestant, globalThis.fetch, serverURL)
  const text = await caller.call(promptOf(1000))
  const events = await caller.stream()
  const expected = contestant.startsWith('ai') ? 496 : 500
  if (text !== 'ok' || events !== expected || (await local.call('hi')) !== 'ok') {
    throw new Error(`${contestant} answered ${text} and ${events} events`)
  }
  // a process that serves calls has compiled its way through them long ago
  for (let call = 0; call < 5000; call += 1) await caller.call(promptOf(1000))
  process.stdout.write('ready\n')
  for await (const what of createInterface({ input: process.stdin })) {
    process.stdout.write(`${await measure(caller, local, what)}\n`)
  }
  await caller.close()
  await local.close()
}

/** A contestant's process: answers one line for each line. */
class Process {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor(...args: string[]) {
    this.#child = spawn(process.execPath, ['--conditions=@policy/source', import.meta.filename, ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    if (!this.#child.stdout) throw new Error('no output')
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  async line(): Promise<string> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error('a contestant ended')
    return String(value)
  }

  async ask(what: string): Promise<number> {
    this.#child.stdin?.write(`${what}\n`)
    return Number(await this.line())
  }

  end(): void {
    this.#child.stdin?.end()
  }
}

const at = (sorted: readonly number[], part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN
const shown = (values: readonly number[], digits = 1) => {
  const sorted = values.toSorted((one, other) => one - other)
  const [low, median, high] = [0.1, 0.5, 0.9].map((part) => at(sorted, part).toFixed(digits))
  return `${median} (p10 ${low}, p90 ${high})`
}

async function compare(rounds: number): Promise<void> {
  const server = new Process('server')
  const url = await server.line()
  const processes = new Map<Contestant, Process>(contestants.map((name) => [name, new Process(name, url)]))
  for (const contestant of processes.values()) await contestant.line()
  const kinds = [
    'call 1000',
    'stream',
    'stream local',
    'rate',
    'call 64000',
    'call 1000000',
    'floor 64000',
    'floor 1000000',
  ]
  const results = new Map<string, number[]>()
  for (let round = -1; round < rounds; round += 1) {
    for (const kind of kinds) {
      for (const [name, contestant] of processes) {
        const value = await contestant.ask(kind)
        // the first round warms up
        if (round >= 0) results.set(`${name} ${kind}`, [...(results.get(`${name} ${kind}`) ?? []), value])
      }
    }
  }
  for (const contestant of [...processes.values(), server]) contestant.end()
  print((name, kind) => results.get(`${name} ${kind}`) ?? [])
}

const pair = (one: readonly number[], other: readonly number[], join: (a: number, b: number) => number) =>
  one.map((value, round) => join(value, other[round] ?? Number.NaN))
const ratio = (a: number, b: number) => a / b
const less = (a: number, b: number) => a - b

function print(of: (name: Contestant, kind: string) => readonly number[]): void {
  const guarded = ['open', 'granted'] as const
  const peers = [
    ['ai middleware', 'ai'],
    ['guardrails', 'openai 4'],
  ] as const

  console.log(`raw client, 1 KB prompt      µs CPU a call ${shown(of('raw', 'call 1000'))}`)
  for (const name of guarded) {
    const cost = pair(of(name, 'call 1000'), of('raw', 'call 1000'), less)
    console.log(`the guard's own, ${name.padEnd(11)} µs CPU a call ${shown(cost)}`)
  }
  for (const [peer, plain] of peers) {
    const cost = pair(of(peer, 'call 1000'), of(plain, 'call 1000'), less)
    console.log(`${peer} over ${plain}, µs CPU a call ${shown(cost)}`)
  }
  console.log(`raw client, 64 at once       calls/s ${shown(of('raw', 'rate'), 0)}`)
  for (const name of guarded)
    console.log(
      `${name} / raw, calls/s         ${shown(pair(of(name, 'rate'), of('raw', 'rate'), ratio), 2)}`,
    )
  for (const [peer, plain] of peers)
    console.log(`${peer} / ${plain}, calls/s  ${shown(pair(of(peer, 'rate'), of(plain, 'rate'), ratio), 2)}`)
  for (const [kind, from] of [
    ['stream', 'from memory'],
    ['stream local', 'from a server'],
  ] as const) {
    for (const [name, plain] of [['open', 'raw'], ['granted', 'raw'], ...peers] as const) {
      const slower = pair(of(name, kind), of(plain, kind), ratio)
      console.log(`${name} / ${plain}, 500 events ${from}  ${shown(slower, 2)}`)
    }
  }
  for (const size of ['64000', '1000000']) {
    for (const name of guarded) {
      const cost = pair(of(name, `call ${size}`), of('raw', `call ${size}`), less)
      const floor = of('raw', `floor ${size}`)
      console.log(
        `${name}, ${size} bytes: own cost / (parse + SHA-256)  ${shown(pair(cost, floor, ratio), 2)}`,
      )
    }
  }
}

const [role, url = ''] = process.argv.slice(2)
if (role === 'server') {
  const streamed = streamOf(fiveHundredEvents())
  const server = await startLoopbackServer({
    respond: ({ json }) => (json?.['stream'] === true ? streamed() : undefined),
  })
  process.stdout.write(`${server.url}\n`)
  process.stdin.resume().on('end', () => void server.close())
} else if (role === undefined) await compare(11)
else await contend(role as Contestant, url)
