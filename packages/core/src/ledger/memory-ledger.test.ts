import { describe, it } from 'vitest'
import { ledgerSuite } from '../testing.ts'
import { memoryLedger } from './memory-ledger.ts'

describe('memoryLedger', () => {
  for (const { name, run } of ledgerSuite({ open: async () => memoryLedger({ id: 'led_1' }) })) it(name, run)
})
