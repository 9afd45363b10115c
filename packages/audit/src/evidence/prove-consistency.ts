import { countOf } from '@policy/core'
import { parseCheckpoint } from '../note/checkpoint.ts'
import { altered, rolledBack } from '../seal/log-fault.ts'
import { hasGrown } from '../tree/check-proof.ts'
import { base64Of } from '../tree/hashes.ts'
import { consistencyProof } from '../tree/prove.ts'
import type { ConsistencyProof } from './evidence.ts'
import { withSealedTree } from './sealed-tree.ts'

/** Between which checkpoints of which log growth is proven. */
export interface ProveConsistencyOptions {
  path: string
  /** A checkpoint seen before, as its text. */
  earlier: string
}

/**
 * Prove that a sealed log has only grown since an earlier checkpoint.
 *
 * @throws {PolicyError} `log_rolled_back` when the log is shorter than that checkpoint, `log_altered` when it is another log
 */
export async function proveConsistency({
  path,
  earlier,
}: ProveConsistencyOptions): Promise<ConsistencyProof> {
  const older = parseCheckpoint(earlier.slice(0, earlier.lastIndexOf('\n\n') + 1))
  if (!older || older.size === 0) throw altered(path, 'the earlier checkpoint is not one, or covers nothing')
  return withSealedTree(path, async ({ note, checkpoint, rangeRoot }) => {
    if (older.size > checkpoint.size)
      throw rolledBack(path, `the seal covers ${countOf(checkpoint.size, 'line')}, and covered ${older.size}`)
    const proof = await consistencyProof(rangeRoot, older.size, checkpoint.size)
    if (!hasGrown({ older, newer: checkpoint, proof }))
      throw altered(path, `its beginning, ${countOf(older.size, 'line')}, is another`)
    return { earlier, checkpoint: note, proof: proof.map(base64Of) }
  })
}
