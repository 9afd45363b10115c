import type { Writable } from 'node:stream'
import type { AuditSink } from './sink.ts'

/** Which stream takes the lines. */
export interface StdoutSinkOptions {
  /** @default process.stdout */
  stream?: Writable
}

// Without a listener the stream's 'error' event would end the process; each write hears of the error itself.
function ignore(): void {}

/**
 * Write entries as JSON Lines to standard output, for a collector that reads there.
 *
 * A reader that has gone away (EPIPE) makes `append` reject; it does not end the process.
 */
export function stdoutSink(options: StdoutSinkOptions = {}): AuditSink {
  const stream = options.stream ?? process.stdout
  stream.on('error', ignore)
  return {
    name: 'stdout',
    append: ({ line }) =>
      new Promise((resolve, reject) => {
        stream.write(`${line}\n`, (error) => (error ? reject(error) : resolve()))
      }),
    async close() {
      stream.off('error', ignore)
    },
  }
}
