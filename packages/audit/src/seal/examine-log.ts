import { open } from 'node:fs/promises'
import type { PolicyErrorCode } from '@policy/core'
import { openCheckpoint, type Checkpoint } from '../note/checkpoint.ts'
import type { Verifier } from '../note/key.ts'
import { judge } from './judge-log.ts'
import { openLeaves } from './leaf-store.ts'
import type { LogFault } from './log-fault.ts'
import { readLog, type LogReading } from './read-log.ts'
import { readText, sealFiles } from './seal-files.ts'

/** Whose seal counts, and for which log. */
export interface Expected {
  verifier: Verifier
  origin: string
}

export interface ExamineLogOptions {
  path: string
  /** The checkpoint's text, where it is not the one beside the log. */
  note: string | undefined
  expected: Expected
  /** Further sizes at which the root is wanted. */
  sizes: readonly number[]
  onProgress: (done: number, total: number) => void
}

/** A log as it was found, held against its checkpoint. */
export interface ExaminedLog {
  /** `undefined` when there is no log. */
  reading: LogReading | undefined
  /** What is sealed; `undefined` when the checkpoint is not genuine. */
  sealed: Checkpoint | undefined
  faults: readonly LogFault[]
}

/** Read a whole log once and hold it against its checkpoint. */
export async function examineLog(options: ExamineLogOptions): Promise<ExaminedLog> {
  const { path, note, expected, sizes, onProgress } = options
  const files = sealFiles(path)
  const { checkpoint: sealed, faults } = trusted(
    note ?? (await readText(files.checkpoint)),
    'The checkpoint',
    expected,
  )
  const log = await open(path, 'r').catch(() => undefined)
  if (!log) {
    const message = `There is no log at ${path}, or it cannot be read.`
    return { reading: undefined, sealed, faults: [...faults, { code: 'log_missing', message }] }
  }
  const leaves = await openLeaves(files.leaves)
  try {
    const { size } = await log.stat()
    const wanted = sealed ? [sealed.size, ...sizes] : sizes
    const reading = await readLog({ log, leaves, total: size, sizes: wanted, onProgress })
    return { reading, sealed, faults: sealed ? await judge(reading, leaves, sealed) : faults }
  } finally {
    await log.close()
    await leaves?.close()
  }
}

/** A checkpoint from anyone, when the expected key signed it for the expected log. */
export function trusted(
  note: string | undefined,
  which: string,
  { verifier, origin }: Expected,
): { checkpoint?: Checkpoint; faults: readonly LogFault[] } {
  if (note === undefined) return fault('log_missing', `${which} is missing.`)
  const opened = openCheckpoint(note, [verifier])
  if (opened.type === 'refused') return fault('log_key', `${which} is not by the log key: ${opened.reason}.`)
  const { checkpoint } = opened
  if (checkpoint.origin === origin) return { checkpoint, faults: [] }
  return fault('log_key', `${which} is of ${checkpoint.origin}, not of ${origin}.`)
}

const fault = (code: PolicyErrorCode, message: string) => ({ faults: [{ code, message }] })
