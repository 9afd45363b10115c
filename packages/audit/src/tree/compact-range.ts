import { emptyRoot, nodeHash, type Hash } from './hashes.ts'

/**
 * The complete subtrees that a tree of `size` leaves is made of, largest first: all that is needed to add leaves and to know the root.
 * There is one hash per bit that is set in `size`.
 */
export interface CompactRange {
  readonly size: number
  readonly hashes: readonly Hash[]
}

export interface GrowingRange extends CompactRange {
  push(leaf: Hash): void
  root(): Hash
}

/** Start from a range that was kept, or from nothing. */
export function growRange(start: CompactRange = { size: 0, hashes: [] }): GrowingRange {
  const hashes = [...start.hashes]
  let size = start.size
  return {
    get size() {
      return size
    },
    get hashes() {
      return [...hashes]
    },
    push(leaf) {
      let subtree = leaf
      // Not a shift: a size may pass 32 bits.
      for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2)
        subtree = nodeHash(hashes.pop() as Hash, subtree)
      hashes.push(subtree)
      size += 1
    },
    root: () => rootOf(hashes),
  }
}

/** Root of a tree from its complete subtrees, largest first. */
export function rootOf(hashes: readonly Hash[]): Hash {
  return hashes.length === 0 ? emptyRoot : hashes.reduceRight((right, left) => nodeHash(left, right))
}
