import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const lineFeed = 0x0a

// A link would take the record to wherever whoever made it likes.
const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW = 0 } = constants
const appending = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW

/** A log file open for appending, next to other processes that append to it too. */
export interface LogFile {
  readonly descriptor: number
  /** Whether the path still leads to this file: not after it was rotated or removed. */
  isCurrent(): boolean
  /**
   * Append whole lines (each with its LF) with as few writes as the system allows, usually one; `opening` goes first when
   * the file is empty. Returns how many lines are whole in the file, and the error that stopped the rest.
   */
  append(lines: readonly string[], opening: () => string): { whole: number; error?: unknown }
  close(): void
}

/** Open a log for appending; make it when it is not there, and make its name survive a power cut. */
export function openLogFile(path: string): LogFile {
  // Whether a group may write beside its owner is for the umask to say.
  const descriptor = openSync(path, appending, 0o660)
  const opened = fstatSync(descriptor)
  if (opened.size === 0) syncFolder(dirname(path))
  return {
    descriptor,
    isCurrent() {
      const now = statSync(path, { throwIfNoEntry: false })
      return now !== undefined && now.ino === opened.ino && now.dev === opened.dev
    },
    append: (lines, opening) => appendLines(descriptor, lines, opening),
    close: () => closeSync(descriptor),
  }
}

function appendLines(descriptor: number, lines: readonly string[], opening: () => string) {
  let whole = 0
  let stalls = 0
  while (whole < lines.length) {
    try {
      const head = lineStart(descriptor, opening)
      const rest = lines.slice(whole)
      const bytes = Buffer.from(head + rest.join(''))
      const written = writeSync(descriptor, bytes)
      if (written === bytes.length) return { whole: lines.length }
      // A short write (a full disk, a signal): the torn record is ended by the next turn's LF and written again, whole.
      const complete = wholeLines(rest, written - Buffer.byteLength(head))
      whole += complete
      stalls = complete === 0 ? stalls + 1 : 0
      if (stalls > 1) return { whole, error: new Error('the system writes only parts of a line') }
    } catch (error) {
      return { whole, error }
    }
  }
  return { whole }
}

/** What must stand before the next record: the opening line, an LF that ends another writer's torn line, or nothing. */
function lineStart(descriptor: number, opening: () => string): string {
  const { size } = fstatSync(descriptor)
  if (size === 0) return opening()
  const last = Buffer.alloc(1)
  return readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== lineFeed ? '\n' : ''
}

function wholeLines(lines: readonly string[], written: number): number {
  let left = written
  const firstCut = lines.findIndex((line) => (left -= Buffer.byteLength(line)) < 0)
  return firstCut === -1 ? lines.length : firstCut
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
