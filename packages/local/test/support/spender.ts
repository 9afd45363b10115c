import type { Spend } from '@policy/core'
import { fileLedger } from '@policy/local'

// A process that spends: it says when it is ready, and tells every result as soon as it has it.
const [folder = '', id = ''] = process.argv.slice(2)
const ledger = await fileLedger({ folder, id })
process.on('message', (spends: Spend[]) => void spendAll(spends))
process.send?.('ready')

async function spendAll(spends: readonly Spend[]): Promise<void> {
  for (const spend of spends) process.send?.({ callId: spend.callId, result: await ledger.consume(spend) })
  process.disconnect()
}
