import type { Hash } from './hashes.ts'

/** Root over the leaves from one index up to, not including, another: MTH(D[from:to]) of RFC 6962. */
export type RangeRoot = (from: number, to: number) => Promise<Hash>

/** Audit path for one leaf of a tree (RFC 6962, section 2.1.1), from the leaf upwards. */
export async function inclusionProof(rangeRoot: RangeRoot, index: number, size: number): Promise<Hash[]> {
  return path(rangeRoot, index, 0, size)
}

async function path(rangeRoot: RangeRoot, index: number, from: number, to: number): Promise<Hash[]> {
  if (to - from === 1) return []
  const middle = from + splitPoint(to - from)
  return index < middle
    ? [...(await path(rangeRoot, index, from, middle)), await rangeRoot(middle, to)]
    : [...(await path(rangeRoot, index, middle, to)), await rangeRoot(from, middle)]
}

/** Proof that a tree of `older` leaves is a prefix of one of `newer` (RFC 6962, section 2.1.2); `older` is at least 1. */
export async function consistencyProof(rangeRoot: RangeRoot, older: number, newer: number): Promise<Hash[]> {
  return subproof(rangeRoot, older, 0, newer, true)
}

/** `known` while the subtree is the older tree as a whole, whose root the verifier has. */
async function subproof(
  rangeRoot: RangeRoot,
  older: number,
  from: number,
  to: number,
  known: boolean,
): Promise<Hash[]> {
  if (older === to) return known ? [] : [await rangeRoot(from, to)]
  const middle = from + splitPoint(to - from)
  return older <= middle
    ? [...(await subproof(rangeRoot, older, from, middle, known)), await rangeRoot(middle, to)]
    : [...(await subproof(rangeRoot, older, middle, to, false)), await rangeRoot(from, middle)]
}

/** The largest power of two below a number above 1. */
export function splitPoint(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}
