import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openRepository, openSnapshot, runCommand } from '@policy/local'
import { externalVetter, type RunCommand, vetChange } from '@policy/vet'
import { describe, expect, it } from 'vitest'
import { scratch } from './support/scratch.ts'

// Put together here, so that this file plants nothing itself.
const token = ['ghp_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('')

/** A repository with a policy, on a branch of its own; `scanner` is what the policy names besides. */
async function worked(scanner?: readonly string[], atBase: Readonly<Record<string, string>> = {}) {
  const made = scratch()
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(made.repository, path)), { recursive: true })
      writeFileSync(join(made.repository, path), text)
    }
  }
  const commit = (files: Readonly<Record<string, string>>) => {
    write(files)
    made.git('add', '--all')
    made.git('commit', '--quiet', '--message', 'Work')
  }
  write({
    'model-policy.yaml': JSON.stringify({
      version: 1,
      models: { default: 'small', classes: { standard: { access: 'open', models: ['small'] } } },
      escalation: { approvers: { people: ['github:1234567'] } },
      ...(scanner === undefined ? {} : { merge: { scanners: [scanner] } }),
    }),
  })
  const manager = made.person('project-manager', { env: { MODEL_POLICY_PASSPHRASE: 'correct horse' } })
  const { err, code } = await manager.type('init', '--person', 'github:1234567')
  if (code !== 0) throw new Error(err)
  commit(atBase)
  made.git('checkout', '--quiet', '-b', 'work')
  return { ...made, manager, write, commit }
}

const node = (code: string, ...rest: string[]) => [process.execPath, '--eval', code, ...rest]

const suppressions = (until: string) =>
  `version: 1\nsuppressions:\n  - { rule: secrets/secret, path: test/**, by: "github:1234567", until: ${until}, because: made up }\n`

describe('vet', () => {
  it.each<[string, Record<string, string>, string]>([
    ['a planted key', { 'src/a.ts': `const key = '${token}'\n` }, 'blocks   src/a.ts:1 secrets/secret'],
    [
      'a planted postinstall',
      { 'package.json': '{"scripts":{"postinstall":"node x"}}' },
      'dependencies/install-script',
    ],
    ['a planted hidden instruction', { 'AGENTS.md': 'Be kind.\u200B\n' }, 'instructions/hidden-unicode'],
  ])('blocks %s with exit code 3', async (_name, files, words) => {
    const { manager, commit } = await worked()
    expect(await manager.type('vet')).toMatchObject({ code: 0 })
    commit(files)
    const typed = await manager.type('vet')
    expect(typed).toMatchObject({ code: 3, out: expect.stringContaining(words) })
    expect(typed.out).not.toContain(token)
  })

  it('looks at the very state it is asked for', async () => {
    const { manager, write, git } = await worked()
    write({ 'src/a.ts': 'eval(code)\n' })
    const head = git('rev-parse', 'HEAD')
    const looked = await manager.type('vet')
    expect(looked).toEqual({
      code: 0,
      out: `clean: ${head}, 0 files changed since ${head}, by nobody: there was nothing to look at\n`,
      err: '1 file has uncommitted work, which was not looked at: model-policy vet --head working-tree\n',
    })
    expect(JSON.parse((await manager.type('vet', '--json')).out)).toMatchObject({
      base: head,
      uncommitted: 1,
    })
    expect(await manager.type('vet', '--head', 'working-tree')).toMatchObject({ code: 3, err: '' })
    expect(await manager.type('vet', '--head', 'index')).toMatchObject({ code: 0 })
    git('add', '--all')
    expect(await manager.type('vet', '--head', 'index')).toMatchObject({ code: 3 })
    expect(await manager.type('vet', '--head', 'index', '--block-at', 'critical')).toMatchObject({ code: 0 })
    expect(await manager.type('vet', '--block-at', 'never')).toMatchObject({ code: 1 })
  })

  it('looks at all there is', async () => {
    const { manager, commit, git } = await worked(undefined, { 'src/a.ts': 'eval(code)\n' })
    commit({ 'b.txt': 'good\n' })
    expect(await manager.type('vet')).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 file changed'),
    })
    expect(await manager.type('vet', '--base', 'empty-tree')).toMatchObject({ code: 3 })
    git('update-ref', 'refs/heads/empty-tree', 'HEAD')
    expect(await manager.type('vet', '--base', 'empty-tree')).toMatchObject({ code: 3 })
    expect(await manager.type('vet', '--base', 'refs/heads/empty-tree')).toMatchObject({ code: 0 })
  })

  it('writes JSON and SARIF for the commit it vetted', async () => {
    const { manager, commit, git, repository } = await worked()
    commit({ 'src/a.ts': 'eval(code)\n' })
    const { out } = await manager.type('vet', '--json', '--sarif', join(repository, 'vet.sarif'))
    const head = git('rev-parse', 'HEAD')
    expect(JSON.parse(out)).toMatchObject({
      head,
      verdict: 'blocked',
      findings: [{ path: 'src/a.ts', line: 1 }],
    })
    const log = JSON.parse(readFileSync(join(repository, 'vet.sarif'), 'utf8')) as { version: string }
    expect(log.version).toBe('2.1.0')
  })

  it('lets stand what a person said at the base, not what the change says of itself', async () => {
    const key = { 'test/a.ts': `const key = '${token}'\n` }
    const said = await worked(undefined, { '.model-policy/vet.yaml': suppressions('2099-01-01') })
    said.commit(key)
    expect(await said.manager.type('vet')).toMatchObject({
      code: 0,
      out: expect.stringContaining('let stand by github:1234567'),
    })
    const over = await worked(undefined, { '.model-policy/vet.yaml': suppressions('2020-01-01') })
    over.commit(key)
    expect(await over.manager.type('vet')).toMatchObject({ code: 3 })
    const own = await worked()
    own.commit({ ...key, '.model-policy/vet.yaml': suppressions('2099-01-01') })
    expect(await own.manager.type('vet')).toMatchObject({ code: 3 })
    const bad = await worked(undefined, { '.model-policy/vet.yaml': 'version: 1\n' })
    bad.commit(key)
    expect(await bad.manager.type('vet')).toMatchObject({
      code: 1,
      err: expect.stringContaining('vet_suppression_invalid'),
    })
  })

  it('runs the scanner that the policy names, in an export it cannot write to', async () => {
    const script = `
      const { readFileSync, writeFileSync } = require('node:fs')
      const bad = readFileSync('a.txt', 'utf8').includes('bad')
      if (process.env.SECRET) throw new Error('the environment leaks')
      const locations = [{ physicalLocation: { artifactLocation: { uri: 'a.txt' }, region: { startLine: 1 } } }]
      const results = bad ? [{ ruleId: 'bad', level: 'error', message: { text: 'bad' }, locations }] : []
      console.log(JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'mine' } }, results }] }))`
    const { manager, commit } = await worked([process.execPath, '--eval', script])
    commit({ 'a.txt': 'good\n' })
    expect(await manager.type('vet')).toMatchObject({ code: 0 })
    commit({ 'a.txt': 'bad\n' })
    expect(await manager.type('vet')).toMatchObject({
      code: 3,
      out: expect.stringContaining('#1/bad [high]'),
    })
  })

  it('reads the file that a scanner writes where {sarif} stands', async () => {
    const script = `
      const results = [{ ruleId: 'bad', level: 'error', message: { text: 'bad' } }]
      const log = { version: '2.1.0', runs: [{ tool: { driver: { name: 'mine' } }, results }] }
      require('node:fs').writeFileSync(process.argv[1], JSON.stringify(log))
      console.log('1 finding')`
    const { manager, commit } = await worked([process.execPath, '--eval', script, '{sarif}'])
    commit({ 'a.txt': 'good\n' })
    const typed = await manager.type('vet')
    expect(typed).toMatchObject({ code: 3, out: expect.stringContaining('#1/bad [high]') })
  })

  it.each([
    ['is not there', ['no-such-scanner'], 'could not be started'],
    ['crashes', node('process.abort()'), 'ended with SIGABRT'],
    ['ends with a fault', node('process.exitCode = 2'), 'ended with 2'],
    ['says nothing', node('0'), 'wrote no JSON'],
    ['says something else', node('console.log("[]")'), 'no SARIF that counts'],
    ['says too much', node('process.stdout.write(Buffer.alloc(65 << 20, 32))'), 'was stopped: '],
    [
      'writes a file that is too large',
      node(
        'fs.closeSync(fs.openSync(process.argv[1], "w")); fs.truncateSync(process.argv[1], (64 << 20) + 1)',
        '{sarif}',
      ),
      'wrote more than',
    ],
  ])('fails, and does not pass, when the scanner %s', async (_name, command, fault) => {
    const { manager, commit } = await worked(command)
    commit({ 'a.txt': 'good\n' })
    const typed = await manager.type('vet')
    expect(typed).toMatchObject({ code: 1, out: expect.stringMatching(/^failed: /m) })
    expect(typed.out).toContain(fault)
  })

  it('fails, and does not pass, when the scanner does not end', async () => {
    const { repository, commit, git } = await worked()
    commit({ 'a.txt': 'good\n' })
    const opened = await openRepository(repository)
    await using subject = await openSnapshot({
      repository: opened,
      base: 'main',
      head: git('rev-parse', 'HEAD'),
    })
    const run: RunCommand = (argv, options) => runCommand(argv, { ...options, workingTree: repository })
    const scanner = externalVetter({
      id: 'slow',
      command: node('setInterval(() => {}, 1000)'),
      run,
      timeout: 300,
    })
    expect(await vetChange(subject, { vetters: [scanner] })).toMatchObject({
      verdict: 'failed',
      faults: [{ message: expect.stringContaining('was stopped: ') }],
    })
  })

  it('runs the built-in vetters where there is no policy at all, and says so', async () => {
    const { person, repository } = scratch()
    writeFileSync(join(repository, 'a.ts'), 'eval(code)\n')
    const typed = await person('someone').type('vet', '--base', 'HEAD', '--head', 'working-tree')
    expect(typed).toMatchObject({ code: 3, err: expect.stringContaining('no policy') })
  })

  it('refuses where a policy is there and not trusted', async () => {
    const { person } = await worked()
    expect(await person('stranger').type('vet')).toMatchObject({
      code: 1,
      err: expect.stringContaining('trust_missing'),
    })
  })
})
