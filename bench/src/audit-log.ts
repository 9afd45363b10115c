/**
 * The audit log beside pino, on one disk, rounds alternating: 64 callers that each wait for their own entry before the next.
 *
 * Ours does all its work in every round: check, stamp, serialise, append. pino is given the stamp ready made, so that its lines are as long, and
 * serialises and writes without any sync; the sync per line is the same line by hand. Each file is read again and every line parsed before a
 * time counts.
 */
import {
  fdatasyncSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuditLog, fileSink } from '@policy/audit'
import type { AuditRecord } from '@policy/core'
import pino from 'pino'

const callers = 64
const perCaller = 150
const entries = callers * perCaller
const slowEntries = 400
const rounds = 7

const folder = mkdtempSync(join(realpathSync(tmpdir()), 'model-policy-bench-'))
const record = (number: number): AuditRecord => ({
  kind: 'call.finished',
  subject: 'ISSUE-12',
  data: {
    'model_policy.call_id': `01a20320-a200-7000-8000-${String(number).padStart(12, '0')}`,
    'model_policy.source': 'guard',
    'model_policy.audit': 'full',
    'gen_ai.agent.id': 'agent:refactor-bot',
    'model_policy.persona': 'developer',
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-5.3-codex',
    'model_policy.policy_digest': `sha256:${'a'.repeat(64)}`,
    'model_policy.outcome': 'complete',
    'model_policy.attempts': 1,
    'model_policy.duration_ms': 1234,
  },
})

const stamped = (number: number) => ({
  specversion: '1.0',
  id: '01a20320-a200-7000-8000-000000000000',
  source: 'urn:model-policy:01a20320-a200-7000-8000-000000000000',
  type: 'dev.modelpolicy.call.finished.v1',
  subject: 'ISSUE-12',
  data: record(number).data,
})

interface Round {
  perSecond: number
  /** Milliseconds that each caller waited, where it waits. */
  waits: number[]
}

async function ours(path: string, durability: 'durable' | 'written'): Promise<Round> {
  const log = createAuditLog({
    sinks: [fileSink({ path, durability })],
    origin: 'bench',
    summaryInterval: false,
  })
  const waits: number[] = []
  const caller = async (first: number) => {
    for (let number = first; number < first + perCaller; number++) {
      const start = performance.now()
      await log.record(record(number))
      waits.push(performance.now() - start)
    }
  }
  const perSecond = await rate(entries, () =>
    Promise.all(Array.from({ length: callers }, (_, index) => caller(index * perCaller))),
  )
  await log.close()
  return { perSecond, waits }
}

async function pinos(path: string, sync: boolean): Promise<Round> {
  const destination = pino.destination({ dest: path, sync })
  const logger = pino(destination)
  const perSecond = await rate(entries, async () => {
    for (let number = 0; number < entries; number++) logger.info(stamped(number))
    if (sync) return
    destination.flush()
    await new Promise<void>((resolve) => {
      destination.on('finish', resolve)
      destination.end()
    })
  })
  return { perSecond, waits: [] }
}

async function syncPerLine(path: string): Promise<Round> {
  const descriptor = openSync(path, 'a')
  const waits: number[] = []
  const perSecond = await rate(slowEntries, async () => {
    for (let number = 0; number < slowEntries; number++) {
      writeSync(descriptor, `${JSON.stringify(stamped(number))}\n`)
      const start = performance.now()
      fdatasyncSync(descriptor)
      waits.push(performance.now() - start)
    }
  })
  closeSync(descriptor)
  return { perSecond, waits }
}

async function rate(count: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (count / (performance.now() - start)) * 1000
}

/** Every line parses and none is missing; gives their mean length. */
function bytesPerLine(path: string, count: number): number {
  const text = readFileSync(path, 'utf8')
  const lines = text.trimEnd().split('\n')
  const calls = lines.filter((line) => line.includes('call_id')).map((line) => JSON.parse(line) as unknown)
  if (calls.length !== count) throw new Error(`${path} has ${calls.length} of ${count} entries`)
  return text.length / lines.length
}

const at = (values: readonly number[], part: number) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * part)] ?? Number.NaN

const sides = {
  'ours, durable': (path: string) => ours(path, 'durable'),
  'ours, written': (path: string) => ours(path, 'written'),
  'pino, async, no sync': (path: string) => pinos(path, false),
  'pino, sync writes': (path: string) => pinos(path, true),
  'fdatasync per line': syncPerLine,
} as const
type Side = keyof typeof sides

const results = new Map<Side, Round[]>()
const lengths = new Set<string>()
try {
  for (let round = 0; round <= rounds; round++) {
    for (const side of Object.keys(sides) as Side[]) {
      const path = join(folder, `${side}-${round}`)
      const result = await sides[side](path)
      lengths.add(
        `${side}: ${bytesPerLine(path, side === 'fdatasync per line' ? slowEntries : entries).toFixed(0)} bytes`,
      )
      rmSync(path)
      // The first round warms up.
      if (round > 0) results.set(side, [...(results.get(side) ?? []), result])
    }
  }
} finally {
  rmSync(folder, { recursive: true })
}

console.log(
  `${callers} callers, ${entries} entries a round, ${rounds} rounds; a line of ${[...lengths].join(', ')}`,
)
for (const [side, all] of results) {
  const rates = all.map(({ perSecond }) => perSecond)
  const waits = all.flatMap((round) => round.waits)
  const waited =
    waits.length === 0
      ? ''
      : `; wait p50 ${at(waits, 0.5).toFixed(2)} ms, p99 ${at(waits, 0.99).toFixed(2)} ms`
  console.log(
    `${side.padEnd(21)} ${at(rates, 0.5).toFixed(0).padStart(7)} lines/s (${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)})${waited}`,
  )
}

/** One side over another, round by round, against what is wanted. */
function compare(side: Side, peer: Side, wanted: number): void {
  const ratios = (results.get(side) ?? []).map(
    ({ perSecond }, round) => perSecond / (results.get(peer)?.[round]?.perSecond ?? Number.NaN),
  )
  const middle = at(ratios, 0.5)
  console.log(
    `${side} / ${peer}: ${middle.toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}), wanted ${wanted}: ${middle >= wanted ? 'holds' : 'DOES NOT HOLD'}`,
  )
  if (middle < wanted) process.exitCode = 1
}
compare('ours, durable', 'pino, async, no sync', 0.3)
compare('ours, durable', 'fdatasync per line', 10)
compare('ours, written', 'pino, sync writes', 1)
