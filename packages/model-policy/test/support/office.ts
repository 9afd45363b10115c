import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'
import { type Host, run } from '../../src/command-line.ts'
import { bareEnvironment } from './bare-environment.ts'

/** What somebody typed, and what came of it. */
export interface Typed {
  code: number
  out: string
  err: string
}

/** Somebody with a home of their own, who types commands in the repository. */
export interface Person {
  env: Readonly<Record<string, string | undefined>>
  home: string
  /** Type one command; `answers` are what they say to each question, in order, where they sit at a terminal. */
  type(argv: readonly string[], answers?: readonly string[]): Promise<Typed>
}

/** A repository with a project manager who set it up and an agent who works in it; everything lies in one folder, removed with the test. */
export interface Office {
  folder: string
  repository: string
  manager: Person
  agent: Person
  /** How many milliseconds the clock of those who type is ahead of the time that processes of their own read. */
  clock: { ahead: number }
  person(name: string): Person
  git(...args: string[]): string
  read(path: string): string
  write(path: string, text: string): void
}

export const passphrase = 'a long passphrase'

const identity = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.com',
}

// Setting up derives keys from passphrases, which is slow on purpose: done once, and copied for every test.
let model: Promise<Office> | undefined

/** An office whose manager, `github:1`, has run `init`; the work is on a branch and has changed nothing yet. */
export async function openOffice(): Promise<Office> {
  model ??= setUpOffice(newFolder('model'))
  const { folder } = await model
  const own = newFolder('office')
  onTestFinished(() => rmSync(own, { recursive: true, force: true }))
  cpSync(folder, own, { recursive: true })
  return officeIn(own)
}

afterAll(async () => {
  if (model) rmSync((await model).folder, { recursive: true, force: true })
})

const newFolder = (name: string) => realpathSync(mkdtempSync(join(tmpdir(), `model-policy-${name}-`)))

async function setUpOffice(folder: string): Promise<Office> {
  const office = officeIn(folder)
  mkdirSync(office.repository)
  office.git('init', '--quiet', '--initial-branch=main')
  office.git('remote', 'add', 'origin', 'https://github.com/acme/app.git')
  const init = await office.manager.type(
    ['init', '--person', 'github:1', '--no-workflow'],
    [passphrase, passphrase],
  )
  if (init.code !== 0) throw new Error(init.err)
  office.write('src/auth/session.ts', 'export const session = 1\n')
  office.git('add', '--all')
  office.git('commit', '--quiet', '--message', 'Start')
  office.git('checkout', '--quiet', '-b', 'work')
  return office
}

function officeIn(folder: string): Office {
  const repository = join(folder, 'repository')
  const clock = { ahead: 0 }

  function person(name: string): Person {
    const home = join(folder, 'homes', name)
    const env = { ...bareEnvironment, HOME: home }
    return {
      env,
      home,
      async type(argv, answers) {
        const typed = { code: 0, out: '', err: '' }
        const left = [...(answers ?? [])]
        const answer = async (question: string) => {
          typed.err += question
          const given = left.shift()
          if (given === undefined) throw new Error(`nobody answers: ${question}`)
          return given
        }
        const host: Host = {
          cwd: repository,
          env,
          clock: () => Date.now() + clock.ahead,
          out: (text) => void (typed.out += text),
          err: (text) => void (typed.err += text),
          readInput: async () => answers?.[0] ?? '',
          terminal: answers && { line: answer, secret: answer },
        }
        typed.code = await run(argv, host)
        return typed
      },
    }
  }

  return {
    folder,
    repository,
    manager: person('manager'),
    agent: person('agent'),
    clock,
    person,
    git: (...args) =>
      execFileSync('git', args, { cwd: repository, env: { ...process.env, ...identity }, stdio: 'pipe' })
        .toString()
        .trim(),
    read: (path) => readFileSync(join(repository, path), 'utf8'),
    write(path, text) {
      mkdirSync(dirname(join(repository, path)), { recursive: true })
      writeFileSync(join(repository, path), text)
    },
  }
}
