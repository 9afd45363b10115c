import { openCheckpoint, type Checkpoint } from '../note/checkpoint.ts'
import type { Verifier } from '../note/key.ts'
import { rootOf, type CompactRange } from '../tree/compact-range.ts'
import { base64Of, hashBytes, hashFromBase64 } from '../tree/hashes.ts'

/** Where the sealer stopped: enough to go on without reading the sealed lines again. */
export interface SealerState {
  checkpoint: Checkpoint
  /** The checkpoint as signed. */
  note: string
  /** Length of the sealed lines in bytes. */
  bytes: number
  range: CompactRange
}

/** The state as its file holds it. */
export function writeState({ note, bytes, range }: Omit<SealerState, 'checkpoint'>): string {
  const hashes = range.hashes.map(base64Of)
  return `${JSON.stringify({ checkpoint: note, bytes, range: hashes })}\n`
}

/** Read a state. It counts only when its own checkpoint proves it; `undefined` says to read the log from its start. */
export function readState(text: string | undefined, verifier: Verifier): SealerState | undefined {
  const stored = parse(text)
  if (!stored) return undefined
  const opened = openCheckpoint(stored.checkpoint, [verifier])
  if (opened.type === 'refused') return undefined
  const { checkpoint } = opened
  const hashes = stored.range.map(hashFromBase64)
  const fits = hashes.length === bitsSet(checkpoint.size) && hashes.every((hash) => hash.length === hashBytes)
  if (!fits || rootOf(hashes) !== checkpoint.root) return undefined
  return {
    checkpoint,
    note: stored.checkpoint,
    bytes: stored.bytes,
    range: { size: checkpoint.size, hashes },
  }
}

function parse(text: string | undefined): { checkpoint: string; bytes: number; range: string[] } | undefined {
  try {
    const value = JSON.parse(text ?? '') as Record<string, unknown>
    const { checkpoint, bytes, range } = value
    const whole =
      typeof checkpoint === 'string' && typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0
    const hashes =
      Array.isArray(range) && range.every((hash): hash is string => typeof hash === 'string')
        ? range
        : undefined
    return whole && hashes ? { checkpoint, bytes, range: hashes } : undefined
  } catch {
    return undefined
  }
}

/** How many complete subtrees a tree of this size has. */
function bitsSet(size: number): number {
  return size.toString(2).replaceAll('0', '').length
}
