import { text } from 'node:stream/consumers'
import { createInterface, type Interface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { PolicyError } from '@policy/core'
import type { Host, Terminal } from './host.ts'

/** The host that is this process: its folder, environment, clock, streams and terminal. */
export function processHost(): Host {
  // a reader that has gone away, as behind `| head`, is no fault of the command
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
  return {
    cwd: process.cwd(),
    env: process.env,
    clock: Date.now,
    out: (message) => void process.stdout.write(message),
    err: (message) => void process.stderr.write(message),
    readInput: () => text(process.stdin),
    terminal: process.stdin.isTTY && process.stderr.isTTY ? processTerminal() : undefined,
  }
}

function processTerminal(): Terminal {
  return {
    line: (question) => ask(process.stderr, (reader) => reader.question(question)),
    // readline echoes what it reads to its output: a sink that drops everything keeps the secret off the screen. The question shows
    // only once the reader is there, so that the terminal itself does not echo an answer that comes at once.
    secret: (question) =>
      ask(new Writable({ write: (_chunk, _encoding, done) => done() }), async (reader) => {
        process.stderr.write(question)
        const answer = await reader.question('')
        process.stderr.write('\n')
        return answer
      }),
  }
}

async function ask(
  output: NodeJS.WritableStream,
  question: (reader: Interface) => Promise<string>,
): Promise<string> {
  const reader = createInterface({ input: process.stdin, output, terminal: true })
  // Ctrl-C and Ctrl-D leave a question unanswered for ever; a command must end with an error then, not run out of things to do
  const left = new Promise<never>((_resolve, reject) => {
    const leave = () => reject(new PolicyError('usage', 'the question was left unanswered'))
    reader.once('SIGINT', leave).once('close', leave)
  })
  try {
    return await Promise.race([question(reader), left])
  } finally {
    reader.close()
  }
}
