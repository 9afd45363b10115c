import { open, type FileHandle } from 'node:fs/promises'
import { growRange } from '../tree/compact-range.ts'
import { hashBytes, hashFromBytes, type Hash } from '../tree/hashes.ts'

/** The leaf hashes that the sealer stored beside a log, or `undefined` when there are none. */
export async function openLeaves(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Read `count` leaf hashes from index `first` on; fewer when the file ends. */
export async function readLeaves(file: FileHandle, first: number, count: number): Promise<Hash[]> {
  const room = Buffer.alloc(count * hashBytes)
  const { bytesRead } = await file.read(room, 0, room.length, first * hashBytes)
  return Array.from({ length: Math.floor(bytesRead / hashBytes) }, (_, index) =>
    hashFromBytes(room.subarray(index * hashBytes, (index + 1) * hashBytes)),
  )
}

const readAtOnce = 1 << 13

/** Root over the stored leaves from one index up to, not including, another; `undefined` when not all of them are there. */
export async function rootOfLeaves(file: FileHandle, from: number, to: number): Promise<Hash | undefined> {
  const range = growRange()
  while (from + range.size < to) {
    const first = from + range.size
    const leaves = await readLeaves(file, first, Math.min(readAtOnce, to - first))
    if (leaves.length === 0) return undefined
    for (const leaf of leaves) range.push(leaf)
  }
  return range.root()
}
