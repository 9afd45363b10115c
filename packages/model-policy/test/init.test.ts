import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { lintWorkflow } from '@policy/github'
import { describe, expect, it } from 'vitest'
import { runLint } from '../../github/test/support/actionlint.ts'
import { templateSection } from '../src/set-up/template-section.ts'
import { type Person, scratch, setUpScratch, unpinLog } from './support/scratch.ts'

const passphrase = { env: { MODEL_POLICY_PASSPHRASE: 'correct horse' } }

/** Somebody at a terminal who gives these answers, in order. */
function atTerminal(...answers: string[]) {
  const asked: string[] = []
  const answer = async (question: string) => (asked.push(question), answers.shift() ?? '')
  return { asked, terminal: { line: answer, secret: answer } }
}

const workflowPath = '.github/workflows/model-policy.yml'
const mintPath = '.github/workflows/model-policy-mint.yml'

/** Leave in a repository what a lock file says of where model-policy comes from. */
const lock = (repository: string, name: string, text: string) => writeFileSync(join(repository, name), text)

describe('init', () => {
  it('leaves a repository in which calls are decided', async () => {
    const { projectManager, repository } = await setUpScratch()
    expect(readFileSync(join(repository, 'model-policy.yaml'), 'utf8')).toContain('github:1234567')
    expect(readFileSync(join(repository, '.gitignore'), 'utf8')).toContain('MODEL_AUDIT.log\n')
    expect(await projectManager.type('check', '--model', 'gpt-5-mini')).toMatchObject({ code: 0 })
  })

  it('puts private keys outside the repository, for their owner alone', async () => {
    const { projectManager } = await setUpScratch()
    const folder = join(projectManager.env['HOME'] ?? '', '.config/model-policy/keys')
    const keys = readdirSync(folder)
    expect(keys).toHaveLength(3)
    for (const key of keys) expect(statSync(join(folder, key)).mode & 0o777).toBe(0o600)
  })

  it('makes nothing with --dry-run', async () => {
    const { person, repository } = scratch()
    const typed = await person('someone').type('init', '--person', 'github:1', '--dry-run')
    expect(typed).toMatchObject({ code: 0, out: expect.stringContaining('Would set up') })
    expect(readdirSync(repository)).toEqual(['.git'])
  })

  it('shows with --dry-run each file, and each line that a file which is there would get', async () => {
    const { person, repository } = scratch()
    writeFileSync(join(repository, '.gitignore'), '*.skey\n')
    const { out } = await person('someone').type('init', '--person', 'github:1', '--dry-run')
    expect(out).toContain(
      '  add to   .gitignore\n             + MODEL_AUDIT.log\n             + MODEL_AUDIT.log.*\n  create',
    )
    expect(out).toMatch(/^ {2}create {3}\.github\/workflows\/model-policy\.yml \(\d+ lines\)$/m)
    const json = await person('someone').type('init', '--person', 'github:1', '--dry-run', '--json')
    const { files } = JSON.parse(json.out) as { files: { path: string; text?: string }[] }
    expect(files.find(({ path }) => path === workflowPath)?.text).toContain('name: model-policy')
    expect(readFileSync(join(repository, '.gitignore'), 'utf8')).toBe('*.skey\n')
  })

  it('keeps a policy that is there, and signs it as it is', async () => {
    const { person, repository } = scratch()
    const policy =
      'version: 1\nmodels:\n  default: small\n  classes:\n    standard: { access: open, models: [small] }\n'
    writeFileSync(join(repository, 'model-policy.yaml'), policy)
    const someone = person('someone', passphrase)
    expect(await someone.type('init', '--person', 'github:1')).toMatchObject({ code: 0 })
    expect(readFileSync(join(repository, 'model-policy.yaml'), 'utf8')).toBe(policy)
    expect(await someone.type('check', '--model', 'small')).toMatchObject({ code: 0 })
  })

  it('leaves nothing half done when the policy that is there has a fault', async () => {
    const { person, repository } = scratch()
    writeFileSync(join(repository, 'model-policy.yaml'), 'version: 1\nmodel: {}\n')
    const typed = await person('someone', passphrase).type('init', '--person', 'github:1')
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining('policy_invalid') })
    expect(readdirSync(repository).toSorted()).toEqual(['.git', 'model-policy.yaml'])
  })

  it('changes nothing in a repository that is set up, and says so', async () => {
    const { projectManager, git } = await setUpScratch()
    const typed = await projectManager.type('init')
    expect(typed).toEqual({
      code: 0,
      out: 'github.com/acme/app is set up already: nothing to change.\n',
      err: '',
    })
    expect(git('status', '--porcelain')).toBe('')
  })

  it('tells another machine to pin what is set up, and makes no keys there', async () => {
    const { person, git } = await setUpScratch()
    const typed = await person('another').type('init', '--yes')
    expect(typed).toMatchObject({
      code: 0,
      out: expect.stringContaining('not pinned it yet: model-policy trust'),
    })
    expect(git('status', '--porcelain')).toBe('')
  })

  it('adds only what is missing', async () => {
    const { projectManager, repository, git } = await setUpScratch()
    writeFileSync(join(repository, '.gitignore'), 'node_modules/\nMODEL_AUDIT.log')
    rmSync(join(repository, workflowPath))
    rmSync(join(repository, '.model-policy/log.vkey'))
    const typed = await projectManager.type('init')
    expect(typed).toMatchObject({ code: 0, out: expect.not.stringContaining('keys.json') })
    expect(readFileSync(join(repository, '.gitignore'), 'utf8')).toBe(
      'node_modules/\nMODEL_AUDIT.log\nMODEL_AUDIT.log.*\n*.skey\n',
    )
    expect(git('status', '--porcelain').trim()).toBe('M .gitignore')
  })

  it('makes the log key that a repository set up without one lacks', async () => {
    const { projectManager, repository } = await setUpScratch()
    const listed = join(repository, '.model-policy/log.vkey')
    const before = readFileSync(listed, 'utf8')
    rmSync(listed)
    const folder = join(projectManager.env['HOME'] ?? '', '.config/model-policy')
    unpinLog(projectManager)
    const typed = await projectManager.type('init')
    expect(typed).toMatchObject({ code: 0, out: expect.stringContaining("a log's private key") })
    expect(readFileSync(listed, 'utf8')).not.toBe(before)
    expect(readdirSync(join(folder, 'keys'))).toHaveLength(4)
    expect(await projectManager.type('init')).toMatchObject({
      out: expect.stringContaining('nothing to change'),
    })
  })

  it.each([
    ['keys without their signature', 'policy.sig', 'policy sign'],
    ['a signature without its keys', 'keys.json', 'back from git'],
  ])('refuses %s', async (_name, gone, remedy) => {
    const { projectManager, repository } = await setUpScratch()
    rmSync(join(repository, '.model-policy', gone))
    const typed = await projectManager.type('init', '--yes')
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining('already_set_up') })
    expect(typed.err).toContain(remedy)
  })

  it('refuses keys without the policy', async () => {
    const { projectManager, repository } = await setUpScratch()
    rmSync(join(repository, 'model-policy.yaml'))
    const typed = await projectManager.type('init', '--yes')
    expect(typed).toMatchObject({
      code: 1,
      err: expect.stringMatching(/model-policy.yaml is not[^]*policy sign/),
    })
  })

  it('makes no second keys on a branch, or in a clone, that lacks what is pinned', async () => {
    const { projectManager, person, repository, git } = await setUpScratch()
    git('rm', '--quiet', '-r', '--force', '.model-policy', 'model-policy.yaml')
    const before = git('status', '--porcelain')
    const typed = await projectManager.type('init', '--yes', '--person', 'github:1')
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining('[already_set_up]') })
    expect(typed.err).toContain('from the branch that has them')
    expect(git('status', '--porcelain')).toBe(before)
    const home = projectManager.env['HOME'] ?? ''
    expect(readdirSync(join(home, '.config/model-policy/keys'))).toHaveLength(3)
    // as the remedy says
    rmSync(join(home, '.config/model-policy/trust'), { recursive: true })
    rmSync(join(home, '.local/state/model-policy'), { recursive: true })
    expect(await projectManager.type('init', '--yes', '--person', 'github:1')).toMatchObject({ code: 0 })
    rmSync(join(repository, '.model-policy'), { recursive: true })
    expect(await person('another', passphrase).type('init', '--yes', '--person', 'github:2')).toMatchObject({
      code: 0,
    })
  })

  it.each([
    ['who somebody is', [], passphrase.env, '--person'],
    ['a passphrase', ['--person', 'github:1'], {}, 'MODEL_POLICY_PASSPHRASE'],
  ])('without a terminal says how to give %s', async (_name, argv, env, remedy) => {
    const { person } = scratch()
    const typed = await person('someone', { env }).type('init', ...argv)
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining(remedy) })
  })

  it('asks for a new passphrase twice', async () => {
    const { person } = scratch()
    const { asked, terminal } = atTerminal('github:1', 'y', 'correct horse', 'correct hose')
    const typed = await person('someone', { terminal }).type('init')
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining('differ') })
    expect(asked).toHaveLength(4)
  })

  it('asks again where the answer is neither yes nor no: it may have been meant for another question', async () => {
    const { person } = scratch()
    const { asked, terminal } = atTerminal('github:1', 'correct horse', 'n')
    const typed = await person('someone', { terminal, ...passphrase }).type('init', '--dry-run')
    expect(typed.out).not.toContain(workflowPath)
    expect(asked).toHaveLength(3)
    expect(asked[2]).toBe(asked[1])
  })

  it('with --yes asks nothing, and says what it cannot take as usual', async () => {
    const { person } = scratch()
    const { asked, terminal } = atTerminal()
    const someone = person('someone', { terminal })
    expect(await someone.type('init', '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('--person'),
    })
    expect(await someone.type('init', '--yes', '--person', 'github:1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('MODEL_POLICY_PASSPHRASE'),
    })
    expect(asked).toEqual([])
    const given = person('someone', { terminal, ...passphrase })
    expect(await given.type('init', '--yes', '--person', 'github:1')).toMatchObject({ code: 0 })
    expect(asked).toEqual([])
  })

  it('names a repository without a remote as its folder, or as somebody says', async () => {
    const { person, git } = scratch()
    git('remote', 'remove', 'origin')
    const dryRun = ['init', '--person', 'github:1', '--dry-run'] as const
    expect(await person('someone').type(...dryRun)).toMatchObject({
      code: 1,
      err: expect.stringContaining('--repository local/repository'),
    })
    const usual = await person('someone').type(...dryRun, '--yes')
    expect(usual.out).toContain('Would set up local/repository:')
    expect(usual.out).toContain('no workflow, because local/repository is not on GitHub')
    expect(usual.out).not.toContain(workflowPath)
    const { asked, terminal } = atTerminal('local/app', 'y')
    const typed = await person('someone', { terminal }).type(...dryRun)
    expect(asked).toMatchObject(
      [/local\/repository/, /local\/app is not on GitHub.*y\/N/].map((one) => expect.stringMatching(one)),
    )
    expect(typed.out).toContain(workflowPath)
  })

  it('takes the name from the only remote there is, whatever that is called', async () => {
    const { person, git } = scratch()
    git('remote', 'rename', 'origin', 'upstream')
    const dryRun = ['init', '--person', 'github:1', '--dry-run'] as const
    expect(await person('someone').type(...dryRun)).toMatchObject({
      code: 1,
      err: expect.stringContaining('--repository github.com/acme/app'),
    })
    const usual = await person('someone').type(...dryRun, '--yes')
    expect(usual.out).toContain('Would set up github.com/acme/app:')
    const { asked, terminal } = atTerminal('', 'y')
    await person('someone', { terminal }).type(...dryRun)
    expect(asked[0]).toContain('upstream is github.com/acme/app')
    git('remote', 'add', 'mine', 'https://github.com/me/app.git')
    const two = await person('someone').type(...dryRun, '--yes')
    expect(two.out).toContain('Would set up local/repository:')
  })

  it.each<[string, (git: (...argv: string[]) => string) => unknown, string]>([
    ['main', () => {}, '[main, "release/*"]'],
    ['the only branch', (git) => git('branch', '--move', 'trunk'), '["trunk", "release/*"]'],
    [
      'master beside others',
      (git) => (git('branch', '--move', 'master'), git('branch', 'x')),
      '["master", "release/*"]',
    ],
    [
      'what origin calls its head',
      (git) => {
        git('update-ref', 'refs/remotes/origin/team/next', 'HEAD')
        git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/team/next')
      },
      '["team/next", "release/*"]',
    ],
  ])('protects the default branch: %s', async (_name, change, expected) => {
    const { person, git } = scratch()
    change(git)
    const json = await person('someone').type('init', '--person', 'github:1', '--dry-run', '--json')
    const { files, notes } = JSON.parse(json.out) as {
      files: { path: string; text?: string }[]
      notes: string[]
    }
    const policy = files.find(({ path }) => path === 'model-policy.yaml')?.text
    expect(policy).toContain(`protectedBranches: ${expected}`)
    expect(notes.join()).not.toContain('protectedBranches')
  })

  it('says that it does not see the default branch, where there are several', async () => {
    const { person, git } = scratch()
    git('branch', '--move', 'one')
    git('branch', 'two')
    const { out } = await person('someone').type('init', '--person', 'github:1', '--dry-run')
    expect(out).toContain('Note: which branch is the default is not to be seen here')
  })

  it('tells from a folder below the top what to add, and to look at what is left', async () => {
    const { person, repository, git } = scratch()
    const cwd = join(repository, 'apps/one')
    mkdirSync(cwd, { recursive: true })
    const { out } = await person('someone', { ...passphrase, cwd }).type('init', '--person', 'github:1')
    const [, paths = ''] = /git add (.*?) &&/.exec(out) ?? []
    git('-C', 'apps/one', 'add', ...paths.split(' '))
    expect(git('status', '--porcelain')).not.toContain('??')
    expect(out).toContain('model-policy doctor')
  })

  it('checks who somebody is before it asks for a passphrase', async () => {
    const { person } = scratch()
    const { asked, terminal } = atTerminal('me')
    const typed = await person('someone', { terminal }).type('init')
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining('kind:id') })
    expect(asked).toHaveLength(1)
  })
})

describe('init, for pull requests', () => {
  const dryRun = ['init', '--person', 'github:1', '--dry-run', '--json'] as const
  interface Planned {
    files: { type: string; path: string; text?: string; because?: string }[]
    notes: string[]
  }
  const plan = async (someone: Person, ...argv: string[]) =>
    JSON.parse((await someone.type(...dryRun, ...argv)).out) as Planned
  const workflowOf = ({ files }: Planned) => files.find(({ path }) => path === workflowPath)?.text ?? ''
  const mintOf = ({ files }: Planned) => files.find(({ path }) => path === mintPath)?.text ?? ''

  it.each([
    [
      'package-lock.json',
      'node_modules/model-policy',
      'npm ci --ignore-scripts',
      'node_modules/.bin/model-policy',
    ],
    [
      'npm-shrinkwrap.json',
      'node_modules/model-policy',
      'npm ci --ignore-scripts',
      'node_modules/.bin/model-policy',
    ],
    [
      'pnpm-lock.yaml',
      'model-policy:',
      'corepack pnpm install --frozen-lockfile --ignore-scripts --ignore-pnpmfile',
      'node_modules/.bin/model-policy',
    ],
    [
      'yarn.lock',
      '# yarn lockfile v1\nmodel-policy@',
      'corepack yarn install --frozen-lockfile --ignore-scripts',
      'node_modules/.bin/model-policy',
    ],
    [
      'yarn.lock',
      '"model-policy@npm:1.0.0":',
      'corepack yarn install --immutable --mode=skip-build',
      'corepack yarn run -B model-policy',
    ],
  ])(
    'writes a workflow that runs what %s locks, without a fault',
    async (name, text, install, program) => {
      const { person, repository } = scratch()
      lock(repository, name, text)
      lock(repository, 'package.json', `{ "packageManager": "${name.slice(0, 4)}@10.2.3" }`)
      const planned = await plan(person('someone'))
      const workflow = workflowOf(planned)
      expect(workflow).toContain(`run: ${install}\n`)
      expect(workflow).toContain(`run: ${program} gate --wait 30\n`)
      const minting = mintOf(planned)
      expect(minting).toContain(`run: ${install}\n`)
      expect(minting).toContain(`run: ${program} mint --pull-request "$NUMBER"\n`)
      expect(planned.notes).toEqual([])
      for (const [text, path] of [
        [workflow, workflowPath],
        [minting, mintPath],
      ] as const) {
        expect(lintWorkflow(text, path)).toEqual([])
        expect(await runLint(text, path)).toEqual([])
      }
    },
    20_000,
  )

  it('writes the workflow that the guide shows', async () => {
    const { person, repository } = scratch()
    lock(repository, 'package-lock.json', 'node_modules/model-policy')
    const page = readFileSync(join(import.meta.dirname, '../../../docs/pull-requests.md'), 'utf8')
    const planned = await plan(person('someone'))
    const [, shown] = /```yaml\n(# Judges[^]*?)```/.exec(page) ?? []
    expect(shown).toBe(workflowOf(planned))
    const [, minting] = /```yaml\n(# Turns[^]*?)```/.exec(page) ?? []
    expect(minting).toBe(mintOf(planned))
    const [, comment] = /```yaml\n(# Tells[^]*?)```/.exec(page) ?? []
    const second = planned.files.find(({ path }) => path.endsWith('model-policy-comment.yml'))
    expect(comment).toBe(second?.text)
  })

  it.each([
    ['no lock file', 'other', '', 'no lock file at the top of the repository names model-policy'],
    ['a lock file of other things', 'package-lock.json', '{}', 'does not name model-policy'],
    [
      'a package outside the repository',
      'package-lock.json',
      '"resolved": "file:../packed/model-policy-1.0.0.tgz"',
      'from outside the repository',
    ],
    [
      'a package at an absolute path',
      'pnpm-lock.yaml',
      'file:/packed/model-policy-1.0.0.tgz',
      'from outside',
    ],
  ])('says what the workflow lacks with %s', async (_name, file, text, note) => {
    const { person, repository } = scratch()
    lock(repository, file, text)
    expect((await plan(person('someone'))).notes).toEqual([expect.stringContaining(note)])
  })

  it.each([
    ['pnpm-lock.yaml', '{ "packageManager": "yarn@1.22.22" }', '"packageManager": "pnpm@<version>"'],
    ['yarn.lock', '{ "packageManager": "yarn@stable" }', '"packageManager": "yarn@<version>"'],
  ])('says that the program which reads %s is not pinned', async (file, manifest, note) => {
    const { person, repository } = scratch()
    lock(repository, file, 'model-policy@1.0.0:')
    lock(repository, 'package.json', manifest)
    expect((await plan(person('someone'))).notes).toEqual([expect.stringContaining(note)])
    lock(repository, '.yarnrc.yml', 'yarnPath: .yarn/releases/yarn-4.9.0.cjs\n')
    expect((await plan(person('someone'))).notes).toHaveLength(file === 'yarn.lock' ? 0 : 1)
  })

  it('takes the label of the policy', async () => {
    const { projectManager, repository } = await setUpScratch()
    rmSync(join(repository, mintPath))
    const policy = join(repository, 'model-policy.yaml')
    writeFileSync(policy, readFileSync(policy, 'utf8').replace('model:codex-approve', 'may run'))
    const planned = await plan(projectManager)
    expect(mintOf(planned)).toContain("github.event.label.name == 'may run'")
  })

  it('never replaces a workflow unasked', async () => {
    const { projectManager, person, repository } = await setUpScratch()
    const file = join(repository, workflowPath)
    const usual = readFileSync(file, 'utf8')
    writeFileSync(file, '# mine\n')
    for (const argv of [['--yes'], ['--workflow'], []]) {
      const typed = await projectManager.type('init', ...argv)
      expect(typed).toMatchObject({ code: 0, out: expect.stringContaining('differs from what init writes') })
      expect(readFileSync(file, 'utf8')).toBe('# mine\n')
    }
    for (const [answer, text] of [
      ['', '# mine\n'],
      ['y', usual],
    ] as const) {
      const { asked, terminal } = atTerminal(answer)
      await person('project-manager', { terminal }).type('init')
      expect(asked).toEqual([expect.stringContaining('Replace')])
      expect(readFileSync(file, 'utf8')).toBe(text)
    }
    writeFileSync(file, '# mine\n')
    await projectManager.type('init', '--replace')
    expect(readFileSync(file, 'utf8')).toBe(usual)
  })

  it('leaves pull requests alone with --no-workflow', async () => {
    const { person } = scratch()
    const { files } = await plan(person('someone'), '--no-workflow')
    expect(files.filter(({ path }) => path.startsWith('.github'))).toEqual([])
  })

  it.each([
    '.github/pull_request_template.md',
    '.github/PULL_REQUEST_TEMPLATE.md',
    'pull_request_template.md',
    'docs/Pull_Request_Template.txt',
    '.github/PULL_REQUEST_TEMPLATE/feature.md',
    'PULL_REQUEST_TEMPLATE/fix.md',
    'docs/pull_request_template/docs.md',
  ])('adds its section to %s, once', async (path) => {
    const { person, repository } = scratch()
    mkdirSync(dirname(join(repository, path)), { recursive: true })
    writeFileSync(join(repository, path), 'What and why?')
    const someone = person('someone', passphrase)
    for (const expected of ['Set up', 'nothing to change']) {
      const typed = await someone.type('init', '--person', 'github:1', '--yes')
      expect(typed).toMatchObject({ code: 0, out: expect.stringContaining(expected) })
      const text = readFileSync(join(repository, path), 'utf8')
      expect(text.startsWith('What and why?\n\n<!-- model-policy -->\n')).toBe(true)
      expect(text.match(/<!-- model-policy -->/g)).toHaveLength(1)
    }
    const usual = join(repository, '.github/pull_request_template.md')
    expect(existsSync(usual)).toBe(path === '.github/pull_request_template.md')
  })

  it('leaves a link as it is, and says what belongs there', async () => {
    const { person, repository } = scratch()
    symlinkSync('../elsewhere', join(repository, '.gitignore'))
    const { files } = await plan(person('someone'))
    expect(files).toContainEqual({
      type: 'keep',
      path: '.gitignore',
      because: expect.stringContaining('no plain file'),
    })
  })

  it('asks in the template for nothing that marks a pull request as made by a model', () => {
    expect(templateSection.join('\n')).not.toMatch(/codex|gpt|claude|copilot|model:/i)
  })
})
