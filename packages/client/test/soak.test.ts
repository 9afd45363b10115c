import { expect, it } from 'vitest'
import { startSoak } from './soak.ts'

// The short form; 50,000 calls with a look at memory and handles are `bench/src/soak.ts`.
it('1,200 mixed calls, 64 at once: entries, spends and requests add up to calls, and none is held', async () => {
  await using soak = await startSoak(1200)
  await soak.make(1200, 64)
  const { made, entries, spent, held, arrived, lost } = await soak.report()
  const each = 200
  expect(made).toEqual({
    plain: each,
    streamed: each,
    granted: each,
    background: each,
    aborted: each,
    refused: each,
  })
  expect(entries).toEqual({
    'call.started': each,
    'call.finished': 5 * each,
    'call.refused': each,
    cancelled: each,
  })
  // a call in the background is asked about once more
  expect({ spent, arrived, lost }).toEqual({ spent: each, arrived: 6 * each, lost: 0 })
  expect(held).toEqual({ open: 0, background: 0, batches: 0, spends: each })
})
