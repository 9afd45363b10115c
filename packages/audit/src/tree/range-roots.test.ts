import { describe, expect, it } from 'vitest'
import { isIncluded } from './check-proof.ts'
import { growRange } from './compact-range.ts'
import { leafHash, type Hash } from './hashes.ts'
import { inclusionProof } from './prove.ts'
import { rangeRoots } from './range-roots.ts'

const leaves = Array.from({ length: 5_000 }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)))

function rootOver(from: number, to: number): Hash {
  const range = growRange()
  for (const leaf of leaves.slice(from, to)) range.push(leaf)
  return range.root()
}

/** Roots over the leaves, and how many leaves were hashed for them so far. */
function counted() {
  let hashed = 0
  const rangeRoot = rangeRoots(async (from, to) => {
    hashed += to - from
    return rootOver(from, to)
  })
  return { rangeRoot, hashed: () => hashed }
}

describe('roots of ranges', () => {
  it.each([1, 1_023, 1_024, 1_025, 2_048, 2_049, 3_072, 5_000])('are those of %i leaves', async (size) => {
    const { rangeRoot } = counted()
    expect(await rangeRoot(0, size)).toBe(rootOver(0, size))
    expect(await rangeRoot(0, size)).toBe(rootOver(0, size))
  })

  it('prove every leaf, and hash the whole tree once', async () => {
    const { rangeRoot, hashed } = counted()
    const size = leaves.length
    const root = await rangeRoot(0, size)
    expect(hashed()).toBe(size)
    for (const index of [0, 1, 1_023, 1_024, 2_500, 4_095, 4_096, 4_999]) {
      const before = hashed()
      const proof = await inclusionProof(rangeRoot, index, size)
      expect(isIncluded({ leaf: leaves[index] as Hash, index, size, root, proof })).toBe(true)
      expect(hashed() - before).toBeLessThan(2_048)
    }
  })
})
