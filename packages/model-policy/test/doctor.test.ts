import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generateLogKey } from '@policy/audit'
import { generateKeyPair, type PublicKeyRecord } from '@policy/core'
import { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { doctor } from '../src/commands/doctor.ts'
import type { Diagnosis } from '../src/doctor/diagnosis.ts'
import { type Person, type Scratch, setUpScratch, unpinLog } from './support/scratch.ts'

const workflow = (uses: string) => `on: [pull_request, merge_group]
permissions: {}
concurrency: model-policy
jobs:
  model-policy:
    runs-on: ubuntu-24.04
    steps:
      - uses: ${uses}
        with: { persist-credentials: false }
`

const mintPath = '.github/workflows/model-policy-mint.yml'
const workflowPath = '.github/workflows/model-policy.yml'
const logKeys = '.model-policy/log.vkey'
const opened = `${JSON.stringify({
  specversion: '1.0',
  id: '01a20320-a200-7000-8000-000000000001',
  source: 'urn:model-policy:t1',
  type: 'dev.modelpolicy.log.opened.v1',
  time: '2026-11-22T12:00:00.000Z',
  data: { 'model_policy.origin': 'github.com/acme/app/model-audit' },
})}\n`

type SetUp = Scratch & { projectManager: Person }

const remove = ({ repository }: Scratch, path: string) => rmSync(join(repository, path))

/** Change the policy, and sign it. */
async function signed({ repository, projectManager }: SetUp, from: string, to: string): Promise<void> {
  const file = join(repository, 'model-policy.yaml')
  const policy = readFileSync(file, 'utf8')
  expect(policy).toContain(from)
  writeFileSync(file, policy.replace(from, to))
  expect(await projectManager.type('policy', 'sign')).toMatchObject({ code: 0 })
}

function write({ repository }: Scratch, path: string, text: string): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true })
  writeFileSync(join(repository, path), text)
}

/** Make a key that may mint, and sign the list it is in. */
async function makeMinter({ projectManager }: SetUp, ...argv: string[]): Promise<void> {
  const typed = ['keys', 'generate', '--role', 'minter', '--subject', 'ci:mint', ...argv]
  expect(await projectManager.type(...typed)).toMatchObject({ code: 0 })
  expect(await projectManager.type('policy', 'sign')).toMatchObject({ code: 0 })
}

/** A repository that is set up, and whose lock file names the program that its workflows run. */
async function setUpLocked(): Promise<SetUp> {
  const made = await setUpScratch()
  write(made, 'package-lock.json', '{ "packages": { "node_modules/model-policy": {} } }')
  return made
}

describe('doctor', () => {
  it('says of a fresh set-up that a minter is what is left, and nothing once there is one', async () => {
    const made = await setUpLocked()
    const fresh = await made.projectManager.type('doctor')
    expect(fresh).toMatchObject({ code: 0, out: expect.not.stringMatching(/^ERROR/m) })
    expect(fresh.out.match(/^warning.*/gm)).toEqual([
      expect.stringContaining(`${mintPath} mints, and keys.json names no key for it`),
    ])
    await makeMinter(made)
    const typed = await made.projectManager.type('doctor')
    expect(typed).toMatchObject({ code: 0, out: expect.not.stringMatching(/^(?:ERROR|warning)/m) })
    const json = JSON.parse((await made.projectManager.type('doctor', '--json')).out) as { about: string }[]
    expect(json.map(({ about }) => about)).toEqual([
      'git',
      'policy',
      'keys',
      'workflow',
      'minter',
      'log',
      'log keys',
    ])
  })

  it.each<[string, (made: SetUp) => unknown, string, string]>([
    [
      'a minter whose key has expired',
      (made) => makeMinter(made, '--not-after', '2026-01-01'),
      'only a key that has expired',
      'keys generate --role minter',
    ],
    [
      'a minter, and no workflow that mints',
      async (made) => (await makeMinter(made), remove(made, mintPath)),
      'names ci:mint as a minter, and no workflow mints',
      'keys revoke',
    ],
    [
      'a label that starts no minting',
      async (made) => (
        await makeMinter(made),
        signed(made, 'label: "model:codex-approve"', 'label: may run')
      ),
      "does not start for the policy's label may run",
      'init --replace',
    ],
  ])('warns of %s, and says what to do', async (_name, change, saw, fix) => {
    const made = await setUpLocked()
    await change(made)
    const { code, out } = await made.projectManager.type('doctor')
    expect([code, out.match(/^(?:ERROR|warning)/gm)]).toEqual([0, ['warning']])
    expect(out).toMatch(/^warning {2}minter/m)
    expect(out).toContain(saw)
    expect(out).toMatch(new RegExp(`fix: .*${fix}`))
  })

  it('gives every warning and every fault a fix, and SARIF the version of the program', async () => {
    const made = await setUpLocked()
    write(made, workflowPath, workflow('actions/checkout@v4'))
    write(made, '.gitignore', '')
    write(made, logKeys, '')
    write(made, 'MODEL_AUDIT.log', opened)
    expect(await made.projectManager.type('audit', 'seal')).toMatchObject({ code: 0 })
    const found = JSON.parse((await made.projectManager.type('doctor', '--json')).out) as Diagnosis[]
    const wrong = found.filter(({ level }) => level !== 'ok')
    expect(new Set(wrong.map(({ about }) => about))).toEqual(
      new Set(['git', 'workflow', 'minter', 'log', 'log keys']),
    )
    expect(wrong).toEqual(wrong.map(() => expect.objectContaining({ fix: expect.stringMatching(/\w+ \w+/) })))

    let out = ''
    const host = { cwd: made.repository, env: made.projectManager.env, clock: Date.now }
    const program = new Command('model-policy').version('9.8.7')
    doctor(
      program,
      {
        ...host,
        out: (text) => void (out += text),
        err: () => {},
        readInput: async () => '',
        terminal: undefined,
      },
      (work) =>
        async (...input) =>
          void (await work(...input)),
    )
    await program.parseAsync(['doctor', '--sarif'], { from: 'user' })
    expect(JSON.parse(out)).toMatchObject({ runs: [{ tool: { driver: { version: '9.8.7' } } }] })
  })

  it.each<[string, (made: SetUp) => unknown, string, string]>([
    ['no workflow', (made) => remove(made, workflowPath), 'no workflow runs model-policy', 'init --workflow'],
    [
      'a log that git does not ignore',
      (made) => write(made, '.gitignore', 'node_modules/\n'),
      'does not ignore MODEL_AUDIT.log',
      'model-policy init',
    ],
    [
      'a log whose seal git does not ignore',
      (made) => write(made, '.gitignore', 'MODEL_AUDIT.log\n'),
      'does not ignore MODEL_AUDIT.log',
      'model-policy init',
    ],
    ['no list of log keys', (made) => remove(made, logKeys), 'does not list the key', 'audit key >>'],
    [
      'a list of log keys without this machine’s',
      (made) => write(made, logKeys, `${generateLogKey('other').vkey}\n`),
      'does not list the key',
      'audit key >>',
    ],
    [
      'no log key, here or listed',
      (made) => (remove(made, logKeys), unpinLog(made.projectManager)),
      'no evidence on a pull request verifies',
      'audit key --new',
    ],
    [
      'a log whose key nobody pinned',
      (made) => (unpinLog(made.projectManager), write(made, 'MODEL_AUDIT.log', opened)),
      'no log key is pinned',
      'audit key --new',
    ],
    [
      'nobody who can approve',
      (made) => signed(made, 'people: ["github:1234567"]', 'people: []'),
      'nobody can approve',
      'policy sign',
    ],
    [
      'a default branch that nothing protects',
      (made) => made.git('branch', '--move', 'trunk'),
      'what is merged into trunk, the default branch, needs no review',
      'policy sign',
    ],
    [
      'a workflow of the usual name that does something else',
      (made) => write(made, workflowPath, 'name: mine\n'),
      'no workflow runs model-policy gate',
      'init --workflow --replace',
    ],
    [
      'a policy that only observes',
      (made) => signed(made, 'enforcement: enforce', 'enforcement: observe'),
      'it only observes',
      'enforcement: enforce',
    ],
    [
      'no key that approves',
      async ({ projectManager }) => {
        const listed = JSON.parse(
          (await projectManager.type('keys', 'list', '--json')).out,
        ) as PublicKeyRecord[]
        const approver = listed.find(({ role }) => role === 'approver')
        await projectManager.type('keys', 'revoke', approver?.kid ?? '')
        await projectManager.type('policy', 'sign')
      },
      '1 signer, 0 approver, 0 minter',
      'keys generate',
    ],
  ])('warns of %s, and says what to do', async (_name, change, saw, fix) => {
    const made = await setUpLocked()
    await change(made)
    const typed = await made.projectManager.type('doctor')
    const finding = typed.out.split(/^(?=warning)/m).find((one) => one.includes(saw)) ?? ''
    expect(typed.out).not.toMatch(/^ERROR/m)
    expect(finding).toMatch(/^warning/)
    expect(finding).toMatch(/fix: /)
    expect(finding).toContain(fix)
    expect(typed.code).toBe(0)
  })

  it.each<[string, (made: SetUp) => unknown, number, string]>([
    [
      'an unpinned action',
      (made) => write(made, '.github/workflows/model-policy.yml', workflow('actions/checkout@v4')),
      1,
      'not pinned',
    ],
    [
      'a form that puts the label on',
      (made) => write(made, '.github/ISSUE_TEMPLATE/a.yml', 'labels: [model:codex-approve]\n'),
      1,
      'puts model:codex-approve on',
    ],
    [
      'an action of the repository that runs another unpinned',
      (made) => {
        write(made, workflowPath, workflow('./.github/actions/gate'))
        write(made, '.github/actions/gate/action.yml', 'runs: { steps: [{ uses: ./tools/x }] }\n')
        write(made, 'tools/x/action.yaml', 'runs: { steps: [{ uses: some/action@v1 }] }\n')
      },
      1,
      'tools/x/action.yaml:1: some/action@v1 is not pinned',
    ],
    [
      'a workflow that is none',
      (made) => write(made, workflowPath, '# model-policy\non: [\n'),
      1,
      workflowPath,
    ],
    [
      'a discussion form that puts the label on',
      (made) => write(made, '.github/DISCUSSION_TEMPLATE/a.yml', 'labels: [model:codex-approve]\n'),
      1,
      'puts model:codex-approve on',
    ],
    ['no policy', (made) => remove(made, 'model-policy.yaml'), 1, 'model-policy.yaml'],
    ['no signature', (made) => remove(made, '.model-policy/policy.sig'), 1, 'policy.sig'],
    ['no keys', (made) => remove(made, '.model-policy/keys.json'), 1, 'keys.json'],
    [
      'a sealer’s private key in a file that git ignores',
      (made) => write(made, 'log.skey', generateLogKey('log').skey),
      1,
      'log.skey holds a private key',
    ],
    [
      'a line that is no log key',
      (made) => write(made, logKeys, `${generateLogKey('log').vkey}0\n`),
      1,
      'no log key',
    ],
    [
      'a log that git tracks',
      (made) => {
        write(made, 'MODEL_AUDIT.log.checkpoint', 'x')
        made.git('add', '--force', 'MODEL_AUDIT.log.checkpoint')
      },
      1,
      'git tracks MODEL_AUDIT.log.checkpoint',
    ],
    [
      'a log that was never sealed',
      (made) => write(made, 'MODEL_AUDIT.log', opened),
      4,
      'checkpoint is missing',
    ],
    [
      'a log that was changed after it was sealed',
      async (made) => {
        write(made, 'MODEL_AUDIT.log', opened)
        expect(await made.projectManager.type('audit', 'seal')).toMatchObject({ code: 0 })
        expect(await made.projectManager.type('doctor')).toMatchObject({ code: 0 })
        write(made, 'MODEL_AUDIT.log', opened.replace('t1', 't2'))
      },
      4,
      'log_altered',
    ],
    ['a policy that was edited', (made) => write(made, 'model-policy.yaml', 'version: 1\n'), 1, 'policy'],
    [
      'a workflow whose program no lock file names',
      (made) => write(made, 'package-lock.json', '{}'),
      1,
      'package-lock.json does not name model-policy',
    ],
    [
      'a workflow without a lock file',
      (made) => remove(made, 'package-lock.json'),
      1,
      'no lock file at the top',
    ],
    [
      'a private key in the repository, under a passphrase',
      async (made) => {
        const typed = await made.projectManager.type(
          'keys',
          'generate',
          '--role',
          'minter',
          '--subject',
          'ci:mint',
        )
        expect(typed.code).toBe(0)
        expect(await made.projectManager.type('policy', 'sign')).toMatchObject({ code: 0 })
        const home = made.projectManager.env['HOME'] ?? ''
        const [key = ''] = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) =>
          name.endsWith('.key'),
        )
        write(made, 'config/minter.key', readFileSync(join(home, key), 'utf8'))
      },
      1,
      'config/minter.key holds a private key',
    ],
    [
      'a private key in the repository',
      async (made) => write(made, 'config/key.json', JSON.stringify((await generateKeyPair()).privateJwk)),
      1,
      'config/key.json holds a private key',
    ],
  ])('finds %s, and says what to do', async (_name, change, code, saw) => {
    const made = await setUpLocked()
    await change(made)
    const typed = await made.projectManager.type('doctor')
    expect(typed.code).toBe(code)
    expect(typed.out).toMatch(/^ERROR/m)
    expect(typed.out).toContain(saw)
    expect(typed.out).toContain('fix: ')
  })

  it('finds a private key that others can read', async () => {
    const made = await setUpLocked()
    const home = made.projectManager.env['HOME'] ?? ''
    const keys = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.key'),
    )
    expect(keys).not.toEqual([])
    chmodSync(join(home, keys[0] ?? ''), 0o644)
    expect(await made.projectManager.type('doctor')).toMatchObject({
      code: 1,
      out: expect.stringContaining('others can read'),
    })
  })

  it('prints SARIF for what is wrong with workflows', async () => {
    const made = await setUpLocked()
    write(made, '.github/workflows/model-policy.yml', workflow('actions/checkout@v4'))
    const { out } = await made.projectManager.type('doctor', '--sarif')
    const { version, runs } = JSON.parse(out) as {
      version: string
      runs: { results: { ruleId: string }[] }[]
    }
    expect([version, runs[0]?.results.map(({ ruleId }) => ruleId)]).toEqual(['2.1.0', ['unpinned-uses']])
  })

  it('finds that git cannot be used', async () => {
    const { person } = await setUpLocked()
    const typed = await person('project-manager', { env: { PATH: '/nowhere' } }).type('doctor')
    expect(typed).toMatchObject({ code: 1, out: expect.stringMatching(/^ERROR {4}git/m) })
  })

  it('finds that this machine trusts nothing, and looks at the rest all the same', async () => {
    const { person } = await setUpLocked()
    const typed = await person('newcomer').type('doctor')
    expect(typed).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^ERROR {4}policy[^]*model-policy trust[^]*workflow/m),
    })
  })

  it('finds that there is no repository', async () => {
    const { run } = await import('../src/command-line.ts')
    let out = ''
    const host = {
      cwd: '/',
      env: process.env,
      clock: Date.now,
      out: (text: string) => void (out += text),
      err: () => {},
      readInput: async () => '',
      terminal: undefined,
    }
    expect(await run(['doctor'], host)).toBe(1)
    expect(out).toMatch(/^ERROR {4}git/)
  })
})
