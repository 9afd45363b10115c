import { sign, verify } from 'node:crypto'
import { isKeyName, type Signer, type Verifier } from './key.ts'

/**
 * What is wrong with a note, or its text and the keys that signed it.
 *
 * A note (C2SP signed-note v1.0.0) is a text that ends in LF, an empty line, and signature lines:
 *
 *     <text>\n
 *     \n
 *     — <key name> <base64 of 4-byte key id and signature>\n
 */
export type OpenedNote =
  | { type: 'opened'; text: string; signedBy: readonly Verifier[] }
  | { type: 'refused'; reason: string }

const maximumBytes = 1_000_000
const maximumSignatures = 100
const signatureLine = /^\u2014 (\S+) ([A-Za-z0-9+/]+=*)$/u

const refuse = (reason: string): OpenedNote => ({ type: 'refused', reason })

/** Sign a text; it ends in LF and has no other control character. */
export function signNote(text: string, signer: Signer): string {
  const signature = Buffer.concat([signer.id, sign(null, Buffer.from(text), signer.privateKey)])
  return `${text}\n\u2014 ${signer.name} ${signature.toString('base64')}\n`
}

/** Check a note from anyone with the keys that are trusted; unknown keys are passed over, a known key that fails spoils the note. */
export function openNote(note: string, verifiers: readonly Verifier[]): OpenedNote {
  if (Buffer.byteLength(note) > maximumBytes) return refuse('it is larger than 1 MB')
  if (!note.isWellFormed() || hasControlCharacter(note)) return refuse('it has control characters')
  const end = note.lastIndexOf('\n\n')
  if (end === -1 || !note.endsWith('\n')) return refuse('it has no signature lines')
  const text = note.slice(0, end + 1)
  const lines = note.slice(end + 2, -1).split('\n')
  if (lines.length > maximumSignatures) return refuse('it has more than 100 signatures')

  const signedBy = new Set<Verifier>()
  for (const line of lines) {
    const [, name = '', encoded = ''] = signatureLine.exec(line) ?? []
    const bytes = Buffer.from(encoded, 'base64')
    if (!isKeyName(name) || bytes.length < 5 || bytes.toString('base64') !== encoded)
      return refuse('a signature line is malformed')
    const verifier = verifiers.find((known) => known.name === name && known.id.equals(bytes.subarray(0, 4)))
    if (!verifier || signedBy.has(verifier)) continue
    if (!verify(null, Buffer.from(text), verifier.key, bytes.subarray(4)))
      return refuse(`the signature of ${name} is wrong`)
    signedBy.add(verifier)
  }
  if (signedBy.size === 0) return refuse('no signature is by a trusted key')
  return { type: 'opened', text, signedBy: [...signedBy] }
}

/** Whether a text has a control character of ASCII other than LF. */
function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit < 0x20 && unit !== 0x0a) return true
  }
  return false
}
