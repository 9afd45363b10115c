import { closeSync, constants, fdatasync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

const { O_APPEND, O_CREAT, O_RDWR, O_RDONLY, O_DIRECTORY } = constants
const dataSync = promisify(fdatasync)
const lineEnd = 0x0a

/**
 * A file of JSON lines that several processes add to at once.
 *
 * On a local file system one `write` to an O_APPEND descriptor lands whole and after the last one, so all processes agree on the order of
 * records, whoever dies. A process that is killed inside its write leaves a torn line, which nobody counts; the line end in front of every
 * record keeps it from harming the next. Only the sync waits: the other calls take microseconds, less than a hop to another thread.
 */
export interface RecordFile extends Disposable {
  /** The whole records that were added since the last read, in the order that all processes see. */
  read(): unknown[]
  /** Add a record; throws when it did not land whole. Durable after {@link sync}. */
  append(record: object): void
  /** Resolves once everything added is on the disk. */
  sync(): Promise<void>
}

/** Open a file of records; with `create` it is made, durably, when it is not there. */
export function openRecordFile(path: string, { create }: { create: boolean }): RecordFile {
  const descriptor = openSync(path, O_RDWR | O_APPEND | (create ? O_CREAT : 0), 0o600)
  let position = 0
  return {
    read() {
      const bytes = Buffer.allocUnsafe(fstatSync(descriptor).size - position)
      const length = readSync(descriptor, bytes, 0, bytes.length, position)
      const end = bytes.subarray(0, length).lastIndexOf(lineEnd) + 1
      position += end
      return bytes.toString('utf8', 0, end).split('\n').flatMap(recordOf)
    },
    append(record) {
      if (fstatSync(descriptor).size === 0) syncFolder(dirname(path))
      const line = Buffer.from(`\n${JSON.stringify(record)}\n`)
      const written = writeSync(descriptor, line)
      if (written !== line.length) throw new Error(`${written} of ${line.length} bytes could be written`)
    },
    sync: () => dataSync(descriptor),
    [Symbol.dispose]: () => closeSync(descriptor),
  }
}

function recordOf(line: string): unknown[] {
  if (line === '') return []
  try {
    return [JSON.parse(line)]
  } catch {
    return []
  }
}

/** Make a new file's name durable; some systems cannot open folders, and need not. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, O_RDONLY | O_DIRECTORY)
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
