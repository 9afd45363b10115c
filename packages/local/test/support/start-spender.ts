import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { FileLedgerOptions } from '@policy/local'
import type { Spend, SpendResult } from '@policy/core'

/** What a spending process has told. */
export interface Told {
  callId: string
  result: SpendResult
}

/** A process that is ready to spend on a file ledger. */
export interface Spender {
  child: ChildProcess
  /** Start spending; resolves with all results once the process is gone, by itself or killed. */
  spend(spends: readonly Spend[], onTold?: (told: Told) => void): Promise<Told[]>
}

/** Start a real process and wait until it has opened the ledger. */
export async function startSpender({ folder, id }: FileLedgerOptions): Promise<Spender> {
  const child = fork(join(import.meta.dirname, 'spender.ts'), [folder, id], {
    execArgv: ['--conditions=@policy/source'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  await once(child, 'message')
  return {
    child,
    async spend(spends, onTold) {
      const told: Told[] = []
      child.on('message', (message) => {
        told.push(message as Told)
        onTold?.(message as Told)
      })
      child.send([...spends])
      await once(child, 'close')
      return told
    },
  }
}
