/**
 * 50,000 mixed calls (plain, streamed, granted, in the background, aborted, refused) at concurrency 64 through one guarded
 * client and real HTTP. Memory is looked at while the guard lives.
 *
 *     node --expose-gc --conditions=@policy/source bench/src/soak.ts [calls]
 *
 * Ends with exit code 1 when entries, spends and requests do not add up to calls, a call or a handle is left, or memory has grown.
 */
import { startSoak } from '../../packages/client/test/soak.ts'

const calls = Number(process.argv[2] ?? 50_000)
const settled = async () => {
  await new Promise((resolve) => setTimeout(resolve, 500))
  globalThis.gc?.()
  return { heap: process.memoryUsage().heapUsed / 1e6, handles: process.getActiveResourcesInfo() }
}

// Connections, compiled code, and the 1,024 latest refusals, which are kept: a sixth of the calls is refused.
const warmUp = 7000
const idle = await settled()
const soak = await startSoak(calls + warmUp)
await soak.make(warmUp, 64)
const before = await settled()
await soak.make(calls, 64)
const after = await settled()
const { made, entries, spent, held, arrived, lost } = await soak.report()
await soak[Symbol.asyncDispose]()
const { handles } = await settled()

const sent = made.plain + made.streamed + made.granted + made.background + made.aborted
const grown = after.heap - before.heap
// Spends are what the ledger is there to keep.
const mayGrow = 3 + made.granted * 0.0005
const sums: [string, boolean][] = [
  [
    `requests that arrived are calls that were allowed, and looks at those in the background (${arrived}, ${sent} + ${made.background})`,
    arrived === sent + made.background,
  ],
  [
    `finished entries are calls that were allowed (${entries['call.finished']})`,
    entries['call.finished'] === sent,
  ],
  [
    `started entries and spends are granted calls (${spent})`,
    entries['call.started'] === made.granted && spent === made.granted,
  ],
  [`refused entries are refused calls (${made.refused})`, entries['call.refused'] === made.refused],
  [`cancelled entries are aborted calls (${made.aborted})`, entries.cancelled === made.aborted],
  [`no entry was lost (${lost})`, lost === 0],
  [
    `no call is held (${held.open} open, ${held.background} in the background, ${held.batches} batches)`,
    held.open + held.background + held.batches === 0,
  ],
  [`the ledger holds the spends of granted calls (${held.spends})`, held.spends === made.granted],
  [
    `no handle is left (${idle.handles.length} before, ${handles.length} after)`,
    handles.length <= idle.handles.length,
  ],
  [
    `memory of the living guard: ${before.heap.toFixed(1)} MB before, ${after.heap.toFixed(1)} MB after`,
    globalThis.gc === undefined || grown < mayGrow,
  ],
]
for (const [what, holds] of sums) console.log(`${holds ? 'holds' : 'FAILS'}  ${what}`)
process.exitCode = sums.every(([, holds]) => holds) ? 0 : 1
