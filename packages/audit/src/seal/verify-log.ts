import { open, stat } from 'node:fs/promises'
import type { PolicyErrorCode } from '@policy/core'
import { openCheckpoint, type Checkpoint } from '../note/checkpoint.ts'
import { parseVerifier, type Verifier } from '../note/key.ts'
import { judge } from './judge-log.ts'
import { openLeaves } from './leaf-store.ts'
import type { LogFault } from './log-fault.ts'
import { readLog } from './read-log.ts'
import { readText, sealFiles } from './seal-files.ts'
import { base64Of } from '../tree/hashes.ts'

/** Which log is verified, and against what. */
export interface VerifyLogOptions {
  path: string
  /** The log's public key, had by another way than the log. */
  vkey: string
  /** The checkpoint to verify against, as its text. @default the file `<path>.checkpoint` */
  checkpoint?: string
  /** A checkpoint seen before, as its text: shows a log and checkpoint that were both put back. */
  atLeast?: string
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
  const verifier = parseVerifier(options.vkey)
  const files = sealFiles(options.path)
  const expected = { verifier, origin: options.origin ?? verifier.name }
  const sealed = read(options.checkpoint ?? (await readText(files.checkpoint)), 'The checkpoint', expected)
  const earlier =
    options.atLeast === undefined ? undefined : read(options.atLeast, 'The earlier checkpoint', expected)
  const limits = [
    ...(earlier ? [] : [rollbackNotChecked]),
    ...((await haveOneOwner(options.path, files.checkpoint)) ? [sameOwner] : []),
  ]
  const reading = await readWholeLog(options, files.leaves, sealed.checkpoint, earlier?.checkpoint)
  const faults = [...sealed.faults, ...(earlier?.faults ?? []), ...reading.faults]
  const { checkpoint } = sealed
  return {
    type: faults.length === 0 ? 'verified' : 'failed',
    faults,
    sealed: checkpoint && {
      origin: checkpoint.origin,
      lines: checkpoint.size,
      root: base64Of(checkpoint.root),
    },
    unsealed: { lines: Math.max(0, reading.lines - (checkpoint?.size ?? 0)), bytes: reading.unfinished },
    lines: reading.lines,
    torn: reading.torn,
    rollback: earlier?.checkpoint ? 'checked' : 'not-checked',
    limits,
  }
}

const rollbackNotChecked =
  'Rollback is not checked: give an earlier checkpoint (`atLeast`, `--at-least`) to see whether log and checkpoint were put back together.'
const sameOwner =
  'The log and its checkpoint belong to one user: whoever can write the log may be able to replace both, so this seal shows edits by others only.'

interface Read {
  checkpoint: Checkpoint | undefined
  faults: LogFault[]
}

const fault = (code: PolicyErrorCode, message: string): Read => ({
  checkpoint: undefined,
  faults: [{ code, message }],
})

function read(
  note: string | undefined,
  which: string,
  expected: { verifier: Verifier; origin: string },
): Read {
  if (note === undefined) return fault('log_missing', `${which} is missing.`)
  const opened = openCheckpoint(note, [expected.verifier])
  if (opened.type === 'refused') return fault('log_key', `${which} is not by the log key: ${opened.reason}.`)
  const { checkpoint } = opened
  if (checkpoint.origin === expected.origin) return { checkpoint, faults: [] }
  return fault('log_key', `${which} is of ${checkpoint.origin}, not of ${expected.origin}.`)
}

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

async function readWholeLog(
  { path, onProgress = () => {} }: VerifyLogOptions,
  leavesPath: string,
  sealed: Checkpoint | undefined,
  earlier: Checkpoint | undefined,
) {
  const log = await open(path, 'r').catch(() => undefined)
  if (!log) {
    const faults: LogFault[] = [
      { code: 'log_missing', message: `There is no log at ${path}, or it cannot be read.` },
    ]
    return { lines: 0, unfinished: 0, torn: { count: 0, lines: [] }, faults }
  }
  const leaves = await openLeaves(leavesPath)
  try {
    const { size } = await log.stat()
    const sizes = [sealed, earlier].flatMap((checkpoint) => checkpoint?.size ?? [])
    const reading = await readLog({ log, leaves, total: size, sizes, onProgress })
    return { ...reading, faults: await judge(reading, leaves, sealed, earlier) }
  } finally {
    await log.close()
    await leaves?.close()
  }
}
