import { open } from 'node:fs/promises'
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
 * Read the complete lines of a log from an offset on, one after the other, as it is now.
 *
 * @throws {PolicyError} `log_missing` when it cannot be read
 */
export async function* readLines(path: string, from = 0): AsyncGenerator<LogText> {
  const log = await open(path, 'r').catch((cause: unknown) => {
    throw logMissing(path, cause)
  })
  try {
    for await (const lines of logLines(log, from, (await log.stat()).size)) {
      for (const { bytes, end } of lines)
        yield { text: bytes?.toString() ?? '(longer than an entry can be)', end }
    }
  } finally {
    await log.close()
  }
}
