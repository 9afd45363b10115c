import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type Host, run } from '../src/command-line.ts'

/** A repository and homes in a folder of the test's own, which is removed when the test ends. */
export interface Scratch {
  repository: string
  /** Run git in the repository. */
  git(...argv: string[]): string
  /** Somebody with a home of their own. */
  person(name: string, options?: Partial<Host>): Person
}

/** What one command did. */
export interface Typed {
  code: number
  out: string
  err: string
}

/** Somebody who types commands in the repository. */
export interface Person {
  env: Readonly<Record<string, string | undefined>>
  type(...argv: string[]): Promise<Typed>
}

/** Make a repository named `github.com/acme/app` with one commit. */
export function scratch(): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'model-policy-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const repository = join(folder, 'repository')
  mkdirSync(repository)
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
  const git = (...argv: string[]) =>
    execFileSync('git', [...identity, ...argv], {
      cwd: repository,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
    }).trim()
  git('init', '--quiet', '--initial-branch=main')
  git('remote', 'add', 'origin', 'https://github.com/acme/app.git')
  git('commit', '--quiet', '--allow-empty', '--message', 'Begin')
  return {
    repository,
    git,
    person(name, options = {}) {
      const env = { PATH: process.env['PATH'], HOME: join(folder, name), ...options.env }
      return {
        env,
        async type(...argv) {
          const typed = { out: '', err: '' }
          const code = await run(argv, {
            cwd: repository,
            clock: Date.now,
            out: (text) => void (typed.out += text),
            err: (text) => void (typed.err += text),
            readInput: async () => '',
            terminal: undefined,
            ...options,
            env,
          })
          return { code, ...typed }
        },
      }
    },
  }
}

/** A project manager who has set the repository up, with the result committed. */
export async function setUpScratch(): Promise<Scratch & { projectManager: Person }> {
  const made = scratch()
  const projectManager = made.person('project-manager', { env: { MODEL_POLICY_PASSPHRASE: 'correct horse' } })
  const { code, err } = await projectManager.type('init', '--person', 'github:1234567')
  if (code !== 0) throw new Error(err)
  made.git('add', '--all')
  made.git('commit', '--quiet', '--message', 'Set up the model policy')
  return { ...made, projectManager }
}
