import { hashBytes, nodeHash, type Hash } from './hashes.ts'

/** A leaf that is said to be in a tree. */
export interface Inclusion {
  leaf: Hash
  index: number
  size: number
  root: Hash
  proof: readonly Hash[]
}

/** Whether a leaf is in a tree (RFC 9162, section 2.1.3.2). */
export function isIncluded({ leaf, index, size, root, proof }: Inclusion): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, root, ...proof])) return false
  let node = index
  let last = size - 1
  let hash = leaf
  for (const step of proof) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      hash = nodeHash(step, hash)
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)]
    } else {
      hash = nodeHash(hash, step)
    }
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && hash === root
}

/** A tree that is said to have grown into another. */
export interface Growth {
  older: { size: number; root: Hash }
  newer: { size: number; root: Hash }
  proof: readonly Hash[]
}

/** Whether one tree is a prefix of another (RFC 9162, section 2.1.4.2). An older tree without leaves is refused: it proves nothing. */
export function hasGrown({ older, newer, proof }: Growth): boolean {
  if (!isCount(older.size) || !isCount(newer.size) || older.size === 0 || older.size > newer.size)
    return false
  if (!areHashes(proof)) return false
  if (older.size === newer.size) return proof.length === 0 && older.root === newer.root
  // Where the older tree is complete its root is not repeated in the proof.
  const [first, ...rest] = isPowerOfTwo(older.size) ? [older.root, ...proof] : proof
  if (!first) return false
  let node = older.size - 1
  let last = newer.size - 1
  while (isOdd(node)) [node, last] = [half(node), half(last)]
  let olderHash = first
  let newerHash = first
  for (const step of rest) {
    if (last === 0) return false
    if (isOdd(node) || node === last) {
      olderHash = nodeHash(step, olderHash)
      newerHash = nodeHash(step, newerHash)
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)]
    } else {
      newerHash = nodeHash(newerHash, step)
    }
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && olderHash === older.root && newerHash === newer.root
}

// Arithmetic instead of bit operators: sizes may pass 32 bits.
const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0
const isOdd = (value: number) => value % 2 === 1
const half = (value: number) => Math.floor(value / 2)
const isPowerOfTwo = (value: number) => !value.toString(2).includes('1', 1)
const areHashes = (proof: readonly Hash[]) => proof.every((hash) => hash.length === hashBytes)
