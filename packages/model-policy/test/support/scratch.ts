import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'
import { type Host, run } from '../../src/command-line.ts'
import { bareEnvironment } from './bare-environment.ts'

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

const newFolder = () => mkdtempSync(join(tmpdir(), 'model-policy-test-'))
const remove = (folder: string) => rmSync(folder, { recursive: true, force: true })

/** Make a repository named `github.com/acme/app` with one commit. */
export function scratch(): Scratch {
  const folder = newFolder()
  onTestFinished(() => remove(folder))
  return beginIn(folder)
}

function beginIn(folder: string): Scratch {
  mkdirSync(join(folder, 'repository'))
  const made = scratchIn(folder)
  made.git('init', '--quiet', '--initial-branch=main')
  made.git('remote', 'add', 'origin', 'https://github.com/acme/app.git')
  made.git('commit', '--quiet', '--allow-empty', '--message', 'Begin')
  return made
}

function scratchIn(folder: string): Scratch {
  const repository = join(folder, 'repository')
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
  const git = (...argv: string[]) =>
    execFileSync('git', [...identity, ...argv], {
      cwd: repository,
      encoding: 'utf8',
      env: { ...bareEnvironment, HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
    }).trim()
  return {
    repository,
    git,
    person(name, options = {}) {
      const env = { ...bareEnvironment, HOME: join(folder, name), ...options.env }
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

/** Take the log's key out of somebody's trust root, as where only `trust` was run. */
export function unpinLog({ env }: Person): void {
  const folder = join(env['HOME'] ?? '', '.config/model-policy/trust')
  const file = join(folder, `${encodeURIComponent('github.com/acme/app')}.json`)
  const { log: _log, ...trust } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  writeFileSync(file, JSON.stringify(trust))
}

// Setting up derives keys from passphrases, which is slow on purpose: done once, and copied for every test.
let model: Promise<string> | undefined

/** A project manager who has set the repository up, with the result committed. */
export async function setUpScratch(): Promise<Scratch & { projectManager: Person }> {
  const folder = newFolder()
  onTestFinished(() => remove(folder))
  cpSync(await (model ??= setUpModel()), folder, { recursive: true })
  const made = scratchIn(folder)
  return { ...made, projectManager: managerOf(made) }
}

afterAll(async () => {
  if (model) remove(await model)
})

const managerOf = (made: Scratch) =>
  made.person('project-manager', { env: { MODEL_POLICY_PASSPHRASE: 'correct horse' } })

async function setUpModel(): Promise<string> {
  const folder = newFolder()
  const made = beginIn(folder)
  const { code, err } = await managerOf(made).type('init', '--person', 'github:1234567')
  if (code !== 0) throw new Error(err)
  made.git('add', '--all')
  made.git('commit', '--quiet', '--message', 'Set up the model policy')
  return folder
}
