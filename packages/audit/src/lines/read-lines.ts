import { open, type FileHandle } from 'node:fs/promises'
import { logMissing } from '../seal/log-fault.ts'
import { logLines } from './log-lines.ts'

/** One line of a log as text. */
export interface LogText {
  /** Without its LF; a line too long for an entry is only said to be so, and reads as torn. */
  text: string
  /** Offset in the file just after it, in bytes: where to read on from. */
  end: number
}

/**
 * Read the complete lines of a log from an offset on, one after the other, as it is now. A log that is given open stays open: who
 * holds it reads on in it after it was moved away.
 *
 * @throws {PolicyError} `log_missing` when it cannot be read
 */
export async function* readLines(given: string | FileHandle, from = 0): AsyncGenerator<LogText> {
  const log = typeof given === 'string' ? await openLog(given) : given
  try {
    for await (const lines of logLines(log, from, (await log.stat()).size)) {
      for (const { bytes, end } of lines)
        yield { text: bytes?.toString() ?? '(longer than an entry can be)', end }
    }
  } finally {
    if (typeof given === 'string') await log.close()
  }
}

/**
 * Open a log for reading.
 *
 * @throws {PolicyError} `log_missing` when it cannot be read
 */
export async function openLog(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    throw logMissing(path, cause)
  }
}
