import { nodeHash, type Hash } from './hashes.ts'
import { splitPoint, type RangeRoot } from './prove.ts'

/** Ranges up to so many leaves are hashed each time they are asked for: quick, and too many to remember. */
const leavesAtOnce = 1 << 10

/**
 * Roots of ranges that remember: every subtree above 1,024 leaves is computed once, from its halves, so that the proof of one more
 * leaf hashes less than 2,048 leaves and not the whole tree.
 *
 * Ranges must be such as RFC 6962 splits a tree into; `hashLeaves` computes the small ones.
 */
export function rangeRoots(hashLeaves: RangeRoot): RangeRoot {
  const known = new Map<string, Hash>()
  return async function rangeRoot(from, to) {
    if (to - from < leavesAtOnce) return hashLeaves(from, to)
    const name = `${from}-${to}`
    const found = known.get(name)
    if (found !== undefined) return found
    const root = to - from === leavesAtOnce ? await hashLeaves(from, to) : await join(rangeRoot, from, to)
    known.set(name, root)
    return root
  }
}

async function join(rangeRoot: RangeRoot, from: number, to: number): Promise<Hash> {
  const middle = from + splitPoint(to - from)
  return nodeHash(await rangeRoot(from, middle), await rangeRoot(middle, to))
}
