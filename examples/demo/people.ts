import { join } from 'node:path'
import { type Host, run } from 'model-policy/command-line'

/** Somebody with a home folder of their own, who types commands. */
export interface Person {
  /** Their environment: their own home, and nothing that would let another's configuration in. */
  env: Readonly<Record<string, string | undefined>>
  /** Type one command and give its exit code and what it printed. */
  type(argv: readonly string[]): Promise<{ code: number; output: string }>
}

/** How a person answers questions; a person without a terminal is asked none. */
export interface Answers {
  passphrase: string
  /** What they type for a question. */
  line(question: string): string
}

/** A person who works in `repository` and has a home folder below `folder`. */
export function person(folder: string, name: string, repository: string, answers?: Answers): Person {
  const env = { PATH: process.env['PATH'], HOME: join(folder, 'homes', name) }
  return {
    env,
    async type(argv) {
      let output = ''
      const host: Host = {
        cwd: repository,
        env,
        clock: Date.now,
        out: (text) => void (output += text),
        err: (text) => void (output += text),
        readInput: async () => '',
        terminal: answers && {
          line: async (question) => answers.line(question),
          secret: async () => answers.passphrase,
        },
      }
      const code = await run(argv, host)
      return { code, output }
    },
  }
}
