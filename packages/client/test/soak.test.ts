import { expect, it } from 'vitest'
import { soak } from './soak.ts'

// The short form; 50,000 calls with a look at memory and handles are `bench/src/soak.ts`.
it('a thousand mixed calls, 64 at once: entries, spends and requests add up to calls', async () => {
  const { made, entries, spent, arrived, lost } = await soak(1000, 64)
  expect(made).toEqual({ plain: 200, streamed: 200, granted: 200, aborted: 200, refused: 200 })
  expect(entries).toEqual({ 'call.started': 200, 'call.finished': 800, 'call.refused': 200, cancelled: 200 })
  expect({ spent, arrived, lost }).toEqual({ spent: 200, arrived: 800, lost: 0 })
})
