import { createHash, type Hash as Hasher } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { maximumLineBytes } from '../entry/entry.ts'
import { hashFromBytes, leafHash, type Hash } from '../tree/hashes.ts'

/** One line of a log file, as a leaf of its tree. */
export interface LogLine {
  /** Its bytes without the LF, or `undefined` when there are too many for an entry. Good until the next lines are read. */
  readonly bytes: Buffer | undefined
  readonly leaf: Hash
  /** Offset in the file just after its LF. */
  readonly end: number
}

const lineFeed = 0x0a
const chunkBytes = 1 << 18

/**
 * Read the lines of a file between two offsets, many at a time, in constant memory however long a line is.
 * Bytes after the last LF are not a line yet.
 */
export async function* logLines(
  file: FileHandle,
  start: number,
  end: number,
): AsyncGenerator<readonly LogLine[]> {
  const chunk = Buffer.allocUnsafe(chunkBytes)
  let begun = beginLine()
  for (let offset = start; offset < end;) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunkBytes, end - offset), offset)
    if (bytesRead === 0) return
    const read = chunk.subarray(0, bytesRead)
    const lines: LogLine[] = []
    let from = 0
    for (let to = read.indexOf(lineFeed); to !== -1; to = read.indexOf(lineFeed, from)) {
      lines.push({ ...begun.finish(read.subarray(from, to)), end: offset + to + 1 })
      if (begun.length > 0) begun = beginLine()
      from = to + 1
    }
    begun.add(read.subarray(from))
    offset += bytesRead
    if (lines.length > 0) yield lines
  }
}

/** A line whose beginning was in an earlier chunk: its bytes as long as it may be an entry, else only its hash so far. */
function beginLine() {
  const parts: Buffer[] = []
  let hasher: Hasher | undefined
  let length = 0
  return {
    get length() {
      return length
    },
    add(part: Buffer) {
      length += part.length
      if (length <= maximumLineBytes) return void parts.push(Buffer.from(part))
      hasher ??= parts
        .splice(0)
        .reduce((hash, held) => hash.update(held), createHash('sha256').update(Buffer.of(0)))
      hasher.update(part)
    },
    finish(last: Buffer): { bytes: Buffer | undefined; leaf: Hash } {
      if (hasher) return { bytes: undefined, leaf: hashFromBytes(hasher.update(last).digest()) }
      const bytes = length === 0 ? last : Buffer.concat([...parts, last])
      return { bytes: bytes.length <= maximumLineBytes ? bytes : undefined, leaf: leafHash(bytes) }
    },
  }
}
