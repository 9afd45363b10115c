import { text } from 'node:stream/consumers'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Host, Terminal } from './host.ts'

/** The host that is this process: its folder, environment, clock, streams and terminal. */
export function processHost(): Host {
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
    line: (question) => ask(question, process.stderr),
    async secret(question) {
      process.stderr.write(question)
      // readline echoes what it reads to its output: a sink that drops everything keeps the secret off the screen.
      const answer = await ask('', new Writable({ write: (_chunk, _encoding, done) => done() }))
      process.stderr.write('\n')
      return answer
    },
  }
}

async function ask(question: string, output: NodeJS.WritableStream): Promise<string> {
  const reader = createInterface({ input: process.stdin, output, terminal: true })
  try {
    return await reader.question(question)
  } finally {
    reader.close()
  }
}
