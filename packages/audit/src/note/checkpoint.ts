import { base64Of, hashBytes, hashFromBase64, type Hash } from '../tree/hashes.ts'
import type { Signer, Verifier } from './key.ts'
import { openNote, signNote } from './note.ts'

/**
 * What a checkpoint says (C2SP tlog-checkpoint v1.0.0): a log of this name had this many lines and this root.
 *
 *     <origin>\n
 *     <size, decimal>\n
 *     <base64 of the root>\n
 */
export interface Checkpoint {
  origin: string
  size: number
  root: Hash
}

export type OpenedCheckpoint =
  | { type: 'opened'; checkpoint: Checkpoint }
  | { type: 'refused'; reason: string }

/** Sign a checkpoint; the text is a note. */
export function signCheckpoint({ origin, size, root }: Checkpoint, signer: Signer): string {
  return signNote(`${origin}\n${size}\n${base64Of(root)}\n`, signer)
}

/** Read a checkpoint from anyone and check that one of the keys signed it. */
export function openCheckpoint(note: string, verifiers: readonly Verifier[]): OpenedCheckpoint {
  const opened = openNote(note, verifiers)
  if (opened.type === 'refused') return opened
  const checkpoint = parseCheckpoint(opened.text)
  return checkpoint
    ? { type: 'opened', checkpoint }
    : { type: 'refused', reason: 'its text is not a checkpoint' }
}

/** Read the text of a checkpoint; extension lines are allowed and passed over. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin = '', decimal = '', encoded = '', ...extensions] = text.split('\n')
  const size = Number(decimal)
  const root = hashFromBase64(encoded)
  const wellFormed =
    origin !== '' &&
    /^(0|[1-9][0-9]*)$/.test(decimal) &&
    Number.isSafeInteger(size) &&
    root.length === hashBytes &&
    base64Of(root) === encoded &&
    extensions.pop() === '' &&
    extensions.every((line) => line !== '')
  return wellFormed ? { origin, size, root } : undefined
}
