/**
 * 50,000 mixed calls (plain, streamed, granted, aborted, refused) at concurrency 64 through one guarded client and real HTTP.
 *
 *     node --expose-gc --conditions=@policy/source bench/src/soak.ts [calls]
 *
 * Ends with exit code 1 when entries, spends and requests do not add up to calls, a handle is left, or memory has grown.
 */
import { soak } from '../../packages/client/test/soak.ts'

const calls = Number(process.argv[2] ?? 50_000)
const settled = async () => {
  await new Promise((resolve) => setTimeout(resolve, 500))
  globalThis.gc?.()
  return { heap: process.memoryUsage().heapUsed / 1e6, handles: process.getActiveResourcesInfo() }
}

await soak(Math.min(calls, 2000), 64)
const before = await settled()
const { made, entries, spent, arrived, lost } = await soak(calls, 64)
const after = await settled()

const sent = made.plain + made.streamed + made.granted + made.aborted
const sums: [string, boolean][] = [
  [`requests that arrived are calls that were allowed (${arrived}, ${sent})`, arrived === sent],
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
    `no handle is left (${before.handles.length} before, ${after.handles.length} after)`,
    after.handles.length <= before.handles.length,
  ],
  [
    `memory: ${before.heap.toFixed(1)} MB before, ${after.heap.toFixed(1)} MB after`,
    globalThis.gc === undefined || after.heap - before.heap < 5,
  ],
]
for (const [what, holds] of sums) console.log(`${holds ? 'holds' : 'FAILS'}  ${what}`)
process.exitCode = sums.every(([, holds]) => holds) ? 0 : 1
