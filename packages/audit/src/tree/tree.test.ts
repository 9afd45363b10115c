import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasGrown, isIncluded } from './check-proof.ts'
import { growRange } from './compact-range.ts'
import { emptyRoot, leafHash, nodeHash, type Hash } from './hashes.ts'
import { consistencyProof, inclusionProof, type RangeRoot } from './prove.ts'

const leavesOf = (size: number): Hash[] =>
  Array.from({ length: size }, (_, index) => leafHash(Buffer.from(`leaf ${index}`)))

function rootOver(leaves: readonly Hash[]): Hash {
  const range = growRange()
  for (const leaf of leaves) range.push(leaf)
  return range.root()
}

const over =
  (leaves: readonly Hash[]): RangeRoot =>
  async (from, to) =>
    rootOver(leaves.slice(from, to))

/** MTH as RFC 6962, section 2.1, defines it. */
function mth(leaves: readonly Hash[]): Hash {
  if (leaves.length <= 1) return leaves[0] ?? emptyRoot
  let middle = 1
  while (middle * 2 < leaves.length) middle *= 2
  return nodeHash(mth(leaves.slice(0, middle)), mth(leaves.slice(middle)))
}

const sizes = fc.integer({ min: 1, max: 70 })

describe('the tree', () => {
  it('has the root that the RFC defines, for every size, whole and continued', () => {
    const leaves = leavesOf(70)
    for (let size = 0; size <= leaves.length; size += 1) {
      const half = growRange()
      for (const leaf of leaves.slice(0, size / 2)) half.push(leaf)
      const whole = growRange({ size: half.size, hashes: half.hashes })
      for (const leaf of leaves.slice(size / 2, size)) whole.push(leaf)
      expect(whole.size).toBe(size)
      expect(whole.root()).toEqual(mth(leaves.slice(0, size)))
    }
  })

  it('proves every leaf, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(), async (size, seed, other) => {
        const leaves = leavesOf(size)
        const index = seed % size
        const claim = {
          leaf: leaves[index] as Hash,
          index,
          size,
          root: mth(leaves),
          proof: await inclusionProof(over(leaves), index, size),
        }
        expect(isIncluded(claim)).toBe(true)
        expect(isIncluded({ ...claim, leaf: leafHash(Buffer.from('another')) })).toBe(false)
        expect(isIncluded({ ...claim, proof: [...claim.proof, emptyRoot] })).toBe(false)
        expect(isIncluded({ ...claim, proof: claim.proof.map((hash) => hash.slice(1) as Hash) })).toBe(
          size === 1,
        )
        if (other % size !== index) expect(isIncluded({ ...claim, index: other % size })).toBe(false)
      }),
    )
  })

  it('proves growth, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async (newer, seed) => {
        const leaves = leavesOf(newer)
        const older = 1 + (seed % newer)
        const claim = {
          older: { size: older, root: mth(leaves.slice(0, older)) },
          newer: { size: newer, root: mth(leaves) },
          proof: await consistencyProof(over(leaves), older, newer),
        }
        expect(hasGrown(claim)).toBe(true)
        expect(hasGrown({ ...claim, older: { size: older, root: emptyRoot } })).toBe(false)
        expect(hasGrown({ ...claim, newer: { size: newer, root: emptyRoot } })).toBe(false)
        expect(hasGrown({ ...claim, older: { ...claim.older, size: 0 } })).toBe(false)
        expect(hasGrown({ ...claim, proof: [...claim.proof, emptyRoot] })).toBe(false)
      }),
    )
  })
})
