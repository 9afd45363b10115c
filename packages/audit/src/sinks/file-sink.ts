import { fdatasync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { AuditEntry } from '../entry/entry.ts'
import { atExit } from './at-exit.ts'
import { fileFault } from '../files/file-fault.ts'
import { openLogFile, type LogFile } from './log-file.ts'
import type { AuditSink } from './sink.ts'
import { takeBatch } from './take-batch.ts'

/** Where the file is, and how durable an acknowledged line must be. */
export interface FileSinkOptions {
  path: string
  /**
   * When an entry counts as taken: once it is on the disk (`durable`), once the system has it, so that it outlives this
   * process but not a power cut (`written`), or at once (`buffered`: written within 20 ms, at flush and at exit).
   * @default 'durable'
   */
  durability?: 'durable' | 'written' | 'buffered'
}

interface Waiting {
  line: string
  resolve: () => void
  reject: (error: unknown) => void
}

const sync = promisify(fdatasync)
const bufferedFor = 20

const noOpening = () => ''

/**
 * Append entries to a JSON Lines file that several processes may share, on a local disk.
 *
 * Entries that arrive while the disk is busy share one write and one sync (group commit). A torn line of a process that died is ended
 * by an LF, so it harms no neighbour. A rotated or removed file is opened anew. Writing is synchronous, so that a normal exit of the
 * process loses nothing.
 *
 * @throws nothing itself; `append`, `flush` and `close` reject with `audit_failed` when the file does not take an entry.
 */
export function fileSink(options: FileSinkOptions): AuditSink {
  const { durability = 'durable' } = options
  // Resolved once: a process that changes its folder goes on with the same log.
  const path = resolve(options.path)
  let file: LogFile | undefined
  let opening = noOpening
  const waiting: Waiting[] = []
  let committing: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let lost: unknown
  let exiting = false
  let forget: (() => void) | undefined

  /** Write everything that waits; returns what is in the file and now only wants a sync. */
  function write(): Waiting[] {
    const batch = takeBatch(waiting, ({ line }) => line)
    if (batch.length === 0) return batch
    const { whole, error } = append(batch.map((entry) => entry.line))
    if (error !== undefined)
      for (const entry of batch.slice(whole)) entry.reject(fileFault('append to', path, error))
    return batch.slice(0, whole)
  }

  function append(lines: readonly string[]): { whole: number; error?: unknown } {
    try {
      if (file && !file.isCurrent()) letGo()
      file ??= openLogFile(path)
      return file.append(lines, opening)
    } catch (error) {
      return { whole: 0, error }
    }
  }

  function letGo(): void {
    file?.close()
    file = undefined
  }

  async function commit(): Promise<void> {
    // A turn of the event loop before each batch: callers who were just answered join it, and a busy writer starves nobody.
    await setImmediate()
    while (waiting.length > 0) {
      const written = write()
      try {
        if (durability === 'durable' && file && written.length > 0) await sync(file.descriptor)
        for (const entry of written) entry.resolve()
      } catch (error) {
        // After a failed sync nobody knows what is on the disk: nothing of this batch counts, and the file is opened anew.
        letGo()
        for (const entry of written) entry.reject(fileFault('append to', path, error))
      }
      await setImmediate()
    }
    committing = undefined
  }

  function writeNow(): void {
    while (waiting.length > 0) for (const entry of write()) entry.resolve()
  }

  function take(line: string): Promise<void> {
    forget ??= atExit(() => {
      exiting = true
      writeNow()
    })
    if (durability === 'buffered') {
      waiting.push({ line, resolve: () => {}, reject: (error) => (lost ??= error) })
      timer ??= setTimeout(writeBuffered, bufferedFor)
      if (exiting) writeNow()
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      waiting.push({ line, resolve, reject })
      if (exiting) writeNow()
      else committing ??= commit()
    })
  }

  function writeBuffered(): void {
    clearTimeout(timer)
    timer = undefined
    writeNow()
  }

  async function flush(): Promise<void> {
    if (durability === 'buffered') writeBuffered()
    await committing
    const error = lost
    lost = undefined
    if (error !== undefined) throw error
  }

  return {
    name: `file ${basename(path)}`,
    open(makeOpening: () => AuditEntry) {
      opening = () => `${makeOpening().line}\n`
    },
    append: (entry) => take(`${entry.line}\n`),
    flush,
    async close() {
      try {
        await flush()
      } finally {
        forget?.()
        forget = undefined
        letGo()
      }
    },
  }
}
