import { stat } from 'node:fs/promises'
import { parseVerifier } from '../note/key.ts'
import { base64Of } from '../tree/hashes.ts'
import { examineLog, trusted } from './examine-log.ts'
import { examinePrevious } from './examine-previous.ts'
import { judgeEarlier } from './judge-log.ts'
import type { LogFault } from './log-fault.ts'
import { sealFiles } from './seal-files.ts'

/** Which log is verified, and against what. */
export interface VerifyLogOptions {
  path: string
  /** The log's public key, had by another way than the log. */
  vkey: string
  /** The checkpoint to verify against, as its text. @default the file `<path>.checkpoint` */
  checkpoint?: string
  /** A checkpoint seen before, as its text: shows a log and checkpoint that were both put back. */
  atLeast?: string
  /** The log before this one, which was rotated away: shows that this one goes on from it. `atLeast` may then be a checkpoint of either. */
  previous?: string
  /** The name the log must have. @default the name of the key */
  origin?: string
  /** Called as lines are read, with bytes done and bytes in all. */
  onProgress?: (done: number, total: number) => void
}

/** What is known of a log after reading all of it. */
export interface LogReport {
  type: 'verified' | 'failed'
  faults: readonly LogFault[]
  /** What is sealed, when the checkpoint is genuine. */
  sealed: { origin: string; lines: number; root: string } | undefined
  /** The log that this one goes on from, as its first line names it; `checked` when it was given and is that. */
  previous: { lines: number; root: string; checked: boolean } | undefined
  /** What comes after the sealed lines: not yet covered, so not wrong. `bytes` counts what follows the last LF. */
  unsealed: { lines: number; bytes: number }
  /** Complete lines in the file. */
  lines: number
  /** Lines that are not whole records: a writer died there. They are counted all, and the first 20 named. */
  torn: { count: number; lines: readonly number[] }
  /** Whether a log and checkpoint that were both put back would have been seen. */
  rollback: 'checked' | 'not-checked'
  /** What this verification cannot show, as sentences. */
  limits: readonly string[]
}

/**
 * Verify a log against its checkpoint, in constant memory. What is wrong is reported, not thrown.
 *
 * @throws {PolicyError} `log_key` when `vkey` is not a key
 */
export async function verifyLog(options: VerifyLogOptions): Promise<LogReport> {
  const { path, previous, atLeast, onProgress = () => {} } = options
  const verifier = parseVerifier(options.vkey)
  const expected = { verifier, origin: options.origin ?? verifier.name }
  const earlier = atLeast === undefined ? undefined : trusted(atLeast, 'The earlier checkpoint', expected)
  const sizes = earlier?.checkpoint ? [earlier.checkpoint.size] : []
  const log = await examineLog({ path, note: options.checkpoint, expected, sizes, onProgress })
  const { reading, sealed } = log
  const named = reading?.opens?.previous
  const before =
    previous === undefined
      ? undefined
      : await examinePrevious({ path: previous, note: undefined, expected, sizes, onProgress }, named)
  const faults: LogFault[] = [...log.faults, ...(earlier?.faults ?? []), ...(before?.faults ?? [])]
  if (
    earlier?.checkpoint &&
    reading &&
    before?.reading?.roots.get(earlier.checkpoint.size) !== earlier.checkpoint.root
  )
    faults.push(...(await judgeEarlier(reading, sealed, earlier.checkpoint, faults.length > 0)))
  return {
    type: faults.length === 0 ? 'verified' : 'failed',
    faults,
    sealed: sealed && { origin: sealed.origin, lines: sealed.size, root: base64Of(sealed.root) },
    previous: named && {
      lines: named.size,
      root: base64Of(named.root),
      checked: before !== undefined && before.faults.length === 0,
    },
    unsealed: {
      lines: Math.max(0, (reading?.lines ?? 0) - (sealed?.size ?? 0)),
      bytes: reading?.unfinished ?? 0,
    },
    lines: reading?.lines ?? 0,
    torn: reading?.torn ?? { count: 0, lines: [] },
    rollback: earlier?.checkpoint ? 'checked' : 'not-checked',
    limits: [
      ...(earlier ? [] : [rollbackNotChecked]),
      ...((await haveOneOwner(path, sealFiles(path).checkpoint)) ? [sameOwner] : []),
    ],
  }
}

const rollbackNotChecked =
  'Rollback is not checked: give an earlier checkpoint (`atLeast`, `--at-least`) to see whether log and checkpoint were put back together.'
const sameOwner =
  'The log and its checkpoint belong to one user: whoever can write the log may be able to replace both, so this seal shows edits by others only.'

async function haveOneOwner(...paths: string[]): Promise<boolean> {
  const owners = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ uid }) => uid,
        () => undefined,
      ),
    ),
  )
  return owners.every((uid) => uid !== undefined && uid === owners[0])
}
