import type { FileHandle } from 'node:fs/promises'
import { parseLine } from '../entry/parse-entry.ts'
import { logLines, type LogLine } from '../lines/log-lines.ts'
import { growRange } from '../tree/compact-range.ts'
import { emptyRoot, type Hash } from '../tree/hashes.ts'
import { readLeaves } from './leaf-store.ts'
import { openingOf, type Opening } from './opening.ts'

export interface ReadLogOptions {
  log: FileHandle
  /** The leaf hashes that the sealer stored, if they are there. */
  leaves: FileHandle | undefined
  /** Bytes to read. */
  total: number
  /** The sizes at which the root is wanted. */
  sizes: readonly number[]
  onProgress: (done: number, total: number) => void
}

/** What one pass over a log found. */
export interface LogReading {
  /** Complete lines. */
  lines: number
  /** Bytes after the last of them. */
  unfinished: number
  torn: { count: number; lines: number[] }
  /** The root at each of the wanted sizes that the log reaches. */
  roots: ReadonlyMap<number, Hash>
  /** The first line, from 1, whose hash is not the stored one; `undefined` when none is, or nothing is stored. */
  differs: number | undefined
  /** What the first line says; `undefined` when it does not open a log. */
  opens: Opening | undefined
}

const tornLinesNamed = 20

/** Read a log once, from start to end, and keep what verification asks about. */
export async function readLog({
  log,
  leaves,
  total,
  sizes,
  onProgress,
}: ReadLogOptions): Promise<LogReading> {
  const range = growRange()
  const roots = new Map<number, Hash>(sizes.includes(0) ? [[0, emptyRoot]] : [])
  const torn = { count: 0, lines: [] as number[] }
  let end = 0
  let differs: number | undefined
  let opens: Opening | undefined
  for await (const lines of logLines(log, 0, total)) {
    const stored = leaves && differs === undefined ? await readLeaves(leaves, range.size, lines.length) : []
    for (const [index, line] of lines.entries()) {
      range.push(line.leaf)
      if (sizes.includes(range.size)) roots.set(range.size, range.root())
      if (stored[index] !== undefined && stored[index] !== line.leaf) differs ??= range.size
      if (range.size === 1) opens = openingOf(line.bytes?.toString() ?? '')
      if (isTorn(line)) {
        torn.count += 1
        if (torn.lines.length < tornLinesNamed) torn.lines.push(range.size)
      }
      end = line.end
    }
    onProgress(end, total)
  }
  return { lines: range.size, unfinished: total - end, torn, roots, differs, opens }
}

function isTorn({ bytes }: LogLine): boolean {
  return bytes === undefined || parseLine(bytes.toString()).type === 'torn'
}
