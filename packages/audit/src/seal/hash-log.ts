import { countOf } from '@policy/core'
import { open, rename, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { maximumLineBytes } from '../entry/entry.ts'
import { logLines, type LogLine } from '../lines/log-lines.ts'
import type { Checkpoint } from '../note/checkpoint.ts'
import { growRange, type CompactRange } from '../tree/compact-range.ts'
import { bytesOf, hashBytes, leafHash, type Hash } from '../tree/hashes.ts'
import { openLeaves, readLeaves } from './leaf-store.ts'
import { altered, logMissing, rolledBack } from './log-fault.ts'
import { openingOf } from './opening.ts'
import { syncFolder } from './seal-files.ts'
import type { SealerState } from './sealer-state.ts'

/** A log to hash and where its leaf hashes go. */
export interface LogInput {
  log: FileHandle
  path: string
  leaves: string
  /** Bytes to read. */
  total: number
  onProgress: (done: number, total: number) => void
}

/** The complete lines of a log as a tree. */
export interface HashedLog {
  range: CompactRange
  root: Hash
  /** Length of the lines in bytes. */
  bytes: number
}

/** Go on where the state stopped; `undefined` when what lies beside the log does not fit it any more. */
export async function hashOnwards(input: LogInput, state: SealerState): Promise<HashedLog | undefined> {
  if (input.total < state.bytes) throw rolledBack(input.path, 'it is shorter than what is sealed')
  if (!(await endsWithLeaf(input, state))) return undefined
  const leaves = await open(input.leaves, 'r+')
  try {
    return await hash(input, leaves, state, () => {})
  } finally {
    await leaves.close()
  }
}

/** Read everything, and find in it the tree that is sealed already. */
export async function hashFromStart(input: LogInput, base: Checkpoint): Promise<HashedLog> {
  // A file of its own: the stored hashes are what shows where an altered log differs.
  const next = `${input.leaves}.next`
  const leaves = await open(next, 'w', 0o644)
  try {
    const start = { bytes: 0, range: { size: 0, hashes: [] } }
    const hashed = await hash(input, leaves, start, (line, size, root) => {
      if (size === 1) checkOpening(input.path, line, base.origin)
      if (size === base.size && root() !== base.root)
        throw altered(input.path, 'its lines are not those that are sealed')
    })
    if (hashed.range.size === 0) throw logMissing(input.path)
    if (hashed.range.size < base.size) {
      throw rolledBack(
        input.path,
        `it has ${countOf(hashed.range.size, 'line')}, and the seal covers ${base.size}`,
      )
    }
    await rename(next, input.leaves)
    await syncFolder(dirname(input.leaves))
    return hashed
  } finally {
    await leaves.close()
  }
}

type Check = (line: LogLine, size: number, root: () => Hash) => void

async function hash(
  { log, total, onProgress }: LogInput,
  leaves: FileHandle,
  start: { bytes: number; range: CompactRange },
  check: Check,
): Promise<HashedLog> {
  const range = growRange(start.range)
  let { bytes } = start
  for await (const lines of logLines(log, start.bytes, total)) {
    const first = range.size
    for (const line of lines) {
      range.push(line.leaf)
      check(line, range.size, range.root)
      bytes = line.end
    }
    const hashes = bytesOf(...lines.map((line) => line.leaf))
    await leaves.write(hashes, 0, hashes.length, first * hashBytes)
    onProgress(bytes, total)
  }
  await leaves.datasync()
  return { range, root: range.root(), bytes }
}

/** Whether the log's sealed part still ends with the line that was sealed last. */
async function endsWithLeaf({ log, leaves }: LogInput, { bytes, range }: SealerState): Promise<boolean> {
  const stored = await openLeaves(leaves)
  if (!stored) return false
  try {
    const [leaf] = await readLeaves(stored, range.size - 1, 1)
    const start = Math.max(0, bytes - maximumLineBytes - 2)
    const { buffer, bytesRead } = await log.read(Buffer.alloc(bytes - start), 0, bytes - start, start)
    const tail = buffer.subarray(0, bytesRead)
    const before = tail.lastIndexOf('\n', -2)
    // A line too long to see its beginning here is left to the reading from the start.
    if (tail.at(-1) !== 0x0a || (before === -1 && start > 0)) return false
    return leaf !== undefined && leafHash(tail.subarray(before + 1, -1)) === leaf
  } finally {
    await stored.close()
  }
}

function checkOpening(path: string, line: LogLine, origin: string): void {
  const opens = openingOf(line.bytes?.toString() ?? '')?.origin
  if (opens === undefined) throw altered(path, 'its first line is not the one that opens a log')
  if (opens !== origin) throw altered(path, `its first line names ${opens}, not ${origin}`)
}
