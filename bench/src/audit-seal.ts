/**
 * Verifying and sealing long logs: verification beside one SHA-256 over the same bytes, sealing a grown log beside sealing it anew,
 * and the memory that verifying 1 GB takes beside that for 10 MB.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, createReadStream, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateLogKey, sealLog, verifyLog } from '@policy/audit'

const origin = 'example.com/bench'
const key = generateLogKey(origin)
const folder = mkdtempSync(join(realpathSync(tmpdir()), 'model-policy-bench-'))
const path = join(folder, 'MODEL_AUDIT.log')
const opening = `{"specversion":"1.0","id":"01a20320-a200-7000-8000-000000000000","source":"urn:bench","type":"dev.modelpolicy.log.opened.v1","time":"2026-11-22T12:00:00.000Z","data":{"model_policy.origin":"${origin}"}}\n`

/** Append entries of 600 bytes until the log has so many lines. */
function grow(from: number, to: number): void {
  const chunk = 20_000
  for (let first = from; first < to; first += chunk) {
    const lines = Array.from({ length: Math.min(chunk, to - first) }, (_, index) => {
      const head = `{"specversion":"1.0","id":"01a20320-a200-7000-8000-${String(first + index).padStart(12, '0')}","source":"urn:bench","type":"dev.modelpolicy.call.finished.v1","time":"2026-11-22T12:00:00.000Z","data":{"filler":"`
      return `${head}${'x'.repeat(597 - head.length)}"}}`
    })
    appendFileSync(path, `${lines.join('\n')}\n`)
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

async function plainHash(): Promise<void> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) hash.update(chunk as Buffer)
  hash.digest()
}

/** The most memory that a process of its own needs to verify the log, in MB. */
function peakOfVerifying(): number {
  const program = join(import.meta.dirname, 'verify-memory.ts')
  return Number(execFileSync(process.execPath, ['--conditions=@policy/source', program, path, key.vkey]))
}

async function verify(): Promise<void> {
  const { type, faults } = await verifyLog({ path, vkey: key.vkey })
  if (type !== 'verified') throw new Error(JSON.stringify(faults))
}

const median = (values: number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
const wanted = (holds: boolean, text: string) => {
  console.log(`${text}: ${holds ? 'holds' : 'DOES NOT HOLD'}`)
  if (!holds) process.exitCode = 1
}

try {
  const tiny = 17_000
  const small = 200_000
  appendFileSync(path, opening)
  grow(1, tiny)
  await sealLog({ path, key: key.skey, origin })
  const before = peakOfVerifying()
  for (const file of [`${path}.checkpoint`, `${path}.sealer`, `${path}.leaves`]) rmSync(file)
  grow(tiny, small)
  const whole = await secondsOf(() => sealLog({ path, key: key.skey, origin }))
  const [ours, hashes]: [number[], number[]] = [[], []]
  for (let round = 0; round < 5; round++) {
    hashes.push(await secondsOf(plainHash))
    ours.push(await secondsOf(verify))
  }
  const perSecond = small / median(ours)
  const [fastest, slowest] = [small / Math.min(...ours), small / Math.max(...ours)]
  wanted(
    perSecond >= 100_000,
    `verify: ${perSecond.toFixed(0)} lines/s (${slowest.toFixed(0)} to ${fastest.toFixed(0)}), ${(median(ours) / median(hashes)).toFixed(1)} times one SHA-256 over the same bytes; wanted 100000`,
  )

  grow(small, small + 1000)
  const grown = await secondsOf(() => sealLog({ path, key: key.skey, origin }))
  const nothing = await secondsOf(() => sealLog({ path, key: key.skey, origin }))
  wanted(
    grown < whole / 20,
    `seal: ${small} lines anew ${whole.toFixed(2)} s; 1000 more ${(grown * 1000).toFixed(1)} ms; none more ${(nothing * 1000).toFixed(1)} ms; wanted only the new lines`,
  )

  const large = 1_700_000
  grow(small + 1000, large)
  await sealLog({ path, key: key.skey, origin })
  const after = peakOfVerifying()
  wanted(
    after < 1.5 * before,
    `memory: verifying 10 MB peaked at ${before.toFixed(0)} MB resident, verifying 1.02 GB at ${after.toFixed(0)} MB; wanted flat`,
  )
} finally {
  rmSync(folder, { recursive: true })
}
