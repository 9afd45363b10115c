import { PolicyError } from '@policy/core'
import { parseCheckpoint, type Checkpoint } from '../note/checkpoint.ts'
import { logMissing } from '../seal/log-fault.ts'
import { openLeaves, rootOfLeaves } from '../seal/leaf-store.ts'
import { readText, sealFiles } from '../seal/seal-files.ts'
import type { RangeRoot } from '../tree/prove.ts'
import { rangeRoots } from '../tree/range-roots.ts'

/** The tree under a log's newest checkpoint, to make proofs from. */
export interface SealedTree {
  /** The checkpoint as signed. */
  note: string
  checkpoint: Checkpoint
  rangeRoot: RangeRoot
}

/**
 * Work with the tree that a log's checkpoint covers. Its hashes are those the sealer stored, once they add up to the checkpoint's root.
 *
 * @throws {PolicyError} `log_missing` when log or seal is not there, `log_altered` when the stored hashes are not those sealed
 */
export async function withSealedTree<Result>(
  path: string,
  work: (tree: SealedTree) => Promise<Result>,
): Promise<Result> {
  const files = sealFiles(path)
  const note = await readText(files.checkpoint)
  // Whoever gets a proof checks the signature with a key of theirs; here only what was signed is needed.
  const checkpoint =
    note === undefined ? undefined : parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1))
  const leaves = await openLeaves(files.leaves)
  if (note === undefined || !checkpoint || !leaves) {
    await leaves?.close()
    throw logMissing(path, new Error('it is not sealed yet'))
  }
  const rangeRoot = rangeRoots(async (from, to) => {
    const root = await rootOfLeaves(leaves, from, to)
    if (!root) throw notSealed(files.leaves)
    return root
  })
  try {
    if ((await rangeRoot(0, checkpoint.size)) !== checkpoint.root) throw notSealed(files.leaves)
    return await work({ note, checkpoint, rangeRoot })
  } finally {
    await leaves.close()
  }
}

function notSealed(path: string): PolicyError {
  return new PolicyError('log_altered', `${path} does not add up to the checkpoint beside it.`, {
    remedy: 'Remove that file and seal the log again: the sealer makes it anew from the log.',
    place: { file: path },
  })
}
