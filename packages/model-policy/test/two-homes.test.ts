import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { bareEnvironment } from './support/bare-environment.ts'
import type { PublicKeyRecord } from '@policy/core'

const program = join(import.meta.dirname, '../src/main.ts')
const terminal = join(import.meta.dirname, 'support/terminal.py')
const argvOf = (...argv: string[]) => ['--conditions=@policy/source', program, ...argv]
const passphrase = 'a long passphrase'

// A person types at a terminal, and Node cannot open one; Python's standard library can, on Unix.
const python = spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']).status === 0

interface User {
  clone: string
  /** Run a command as a program would, without a terminal. */
  run(...argv: string[]): { code: number | null; out: string; err: string }
  /** Type a command at a terminal, and the answers to its questions. */
  type(
    argv: readonly string[],
    answers: readonly (readonly [string, string])[],
  ): { code: number; shown: string }
  git(...argv: string[]): string
}

function userIn(folder: string, name: string): User {
  const home = join(folder, name)
  const clone = join(home, 'app')
  mkdirSync(home, { recursive: true })
  const env = { ...bareEnvironment, HOME: home, TERM: 'dumb' }
  const identity = ['-c', `user.name=${name}`, '-c', `user.email=${name}@example.com`]
  return {
    clone,
    run(...argv) {
      const { status, stdout, stderr } = spawnSync(process.execPath, argvOf(...argv), {
        cwd: clone,
        env,
        encoding: 'utf8',
      })
      return { code: status, out: stdout, err: stderr }
    },
    type(argv, answers) {
      const command = [terminal, JSON.stringify(answers), process.execPath, ...argvOf(...argv)]
      const said = JSON.parse(execFileSync('python3', command, { cwd: clone, env, encoding: 'utf8' })) as {
        code: number
        shown: string
        unasked: unknown[]
      }
      expect(said.unasked).toEqual([])
      return said
    },
    git: (...argv) =>
      execFileSync('git', [...identity, ...argv], {
        cwd: clone,
        env: { ...env, GIT_CONFIG_NOSYSTEM: '1' },
        encoding: 'utf8',
        stdio: 'pipe',
      }).trim(),
  }
}

it.skipIf(!python)(
  `goes from a new repository to a spent and revoked grant, in two users' homes${python ? '' : ' (skipped: there is no python3 to open a terminal with)'}`,
  () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'model-policy-homes-')))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const [manager, agent] = [userIn(folder, 'manager'), userIn(folder, 'agent')]
    const origin = join(folder, 'origin.git')
    execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', origin])
    for (const { clone } of [manager, agent])
      execFileSync('git', ['clone', '--quiet', origin, clone], { stdio: 'pipe' })

    // the manager sets the repository up, at a terminal
    mkdirSync(join(manager.clone, 'src'))
    writeFileSync(join(manager.clone, 'src/session.ts'), 'export const session = 1\n')
    const init = ['init', '--repository', 'local/app', '--person', 'github:1', '--no-workflow']
    expect(
      manager.type(init, [
        ['passphrase', passphrase],
        ['once more', passphrase],
      ]),
    ).toMatchObject({ code: 0 })
    manager.git('add', '--all')
    manager.git('commit', '--quiet', '--message', 'Start')
    manager.git('push', '--quiet', 'origin', 'HEAD:main')

    // the agent's user pins the signer whom the manager named to them
    agent.git('pull', '--quiet', 'origin', 'main')
    agent.git('checkout', '--quiet', '-b', 'work')
    agent.git('fetch', '--quiet')
    expect(agent.run('grant', 'show')).toMatchObject({
      code: 1,
      err: expect.stringContaining('[trust_missing]'),
    })
    const { keys } = JSON.parse(readFileSync(join(manager.clone, '.model-policy/keys.json'), 'utf8')) as {
      keys: PublicKeyRecord[]
    }
    const signer = keys.find(({ role }) => role === 'signer')?.kid ?? ''
    expect(agent.run('trust', '--signer', signer, '--repository', 'local/app')).toMatchObject({ code: 0 })

    // the agent works, is refused, and asks
    writeFileSync(join(agent.clone, 'src/session.ts'), 'export const session = 2\n'.repeat(500))
    const as = ['--agent', 'agent:bot', '--persona', 'developer', '--task', 'ISSUE-12']
    const codex = ['--model', 'gpt-codex-5.3', ...as]
    const about = ['--summary', 'Split the session store', '--prompt-tokens', '42000', '--path', 'src/**']
    expect(agent.run('check', ...codex)).toMatchObject({ code: 2 })
    expect(agent.run('escalate', ...codex, ...about)).toMatchObject({ code: 0, err: '' })
    expect(agent.run('approve')).toMatchObject({
      code: 1,
      err: expect.stringContaining('needs a person at a terminal'),
    })
    agent.git('add', '--all')
    agent.git('commit', '--quiet', '--message', 'Work so far, and an escalation')
    agent.git('push', '--quiet', 'origin', 'HEAD:work')

    // the manager looks at it, and first only looks
    manager.git('fetch', '--quiet', 'origin')
    manager.git('checkout', '--quiet', 'work')
    expect(manager.run('approve')).toMatchObject({ code: 1 })
    const looked = manager.type(['approve'], [['Type "approve"', '']])
    expect(looked).toMatchObject({ code: 3, shown: expect.stringContaining('501 changed lines') })
    expect(looked.shown).toContain('The numbers of the file are the same')
    for (const key of ['\u0003', '\u0004']) {
      const left = manager.type(['approve'], [['Type "approve"', key]])
      expect(left).toMatchObject({ code: 1, shown: expect.stringContaining('left unanswered') })
    }
    expect(manager.git('status', '--porcelain')).toBe('')
    const approved = manager.type(
      ['approve'],
      [
        ['Type "approve"', 'approve'],
        ['Passphrase of github:1', passphrase],
      ],
    )
    expect(approved).toMatchObject({ code: 0, shown: expect.stringContaining('Approved by github:1') })
    expect(approved.shown).not.toContain(passphrase)
    manager.git('commit', '--quiet', '--all', '--message', 'Approve')
    manager.git('push', '--quiet', 'origin', 'HEAD:work')

    // the agent finds the answer; it permits this work, of this agent, and nothing else
    agent.git('pull', '--quiet', 'origin', 'work')
    expect(agent.run('check', ...codex)).toMatchObject({ code: 0 })
    expect(
      agent.run('check', '--model', 'gpt-codex-5.3', ...as.slice(0, 4), '--task', 'ISSUE-13'),
    ).toMatchObject({ code: 2 })
    expect(
      agent.run('check', '--model', 'gpt-codex-5.3', '--agent', 'agent:other', ...as.slice(2)),
    ).toMatchObject({ code: 2 })
    expect(agent.run('grant', 'show')).toMatchObject({
      code: 0,
      out: expect.stringContaining('25 of 25 calls'),
    })
    writeFileSync(join(agent.clone, 'elsewhere.ts'), '')
    expect(agent.run('check', ...codex)).toMatchObject({
      code: 2,
      out: expect.stringContaining('elsewhere.ts'),
    })
    rmSync(join(agent.clone, 'elsewhere.ts'))

    // withdrawn, it permits nothing
    expect(agent.run('revoke', '--escalation', '--reason', 'done')).toMatchObject({ code: 0 })
    expect(agent.run('check', ...codex)).toMatchObject({ code: 2, out: expect.stringContaining('revoked') })
  },
  120_000,
)
