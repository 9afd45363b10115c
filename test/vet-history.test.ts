import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { setUpScratch } from '../packages/model-policy/test/support/scratch.ts'

const script = join(import.meta.dirname, '..', 'tools', 'vet-history.ts')
// Put together here, so that this file plants nothing itself.
const token = ['ghp_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('')

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'model-policy-history-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

function git(folder: string, ...args: string[]): void {
  const by = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgSign=false']
  const { status, stderr } = spawnSync('git', [...by, ...args], { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}

function commit(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  git(folder, 'add', '--all')
  git(folder, 'commit', '--quiet', '--message', 'Work')
}

/** A repository with one commit for each text of its only file. */
function repositoryOf(...texts: string[]): string {
  const folder = newFolder()
  git(folder, 'init', '--quiet')
  for (const text of texts) commit(folder, { 'a.ts': text })
  return folder
}

const said = (until: string) =>
  `version: 1\nsuppressions:\n  - { rule: secrets/secret, path: test/**, by: "github:1234567", until: ${until}, because: made up }\n`

/** A clone of it that holds the last commits only. */
function shallowClone(folder: string, depth: number): string {
  const clone = join(newFolder(), 'clone')
  git(folder, 'clone', '--quiet', '--depth', String(depth), `file://${folder}`, clone)
  return clone
}

function vetHistory(
  count: number,
  folder: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
) {
  const argv = ['--conditions=@policy/source', script, String(count), folder]
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8', env })
  return { status, said: stdout + stderr }
}

it('finds what one commit planted and the next took away', () => {
  const folder = repositoryOf('export {}\n', 'eval(code)\n', 'export {}\n', 'export const a = 1\n')
  expect(vetHistory(3, folder)).toMatchObject({
    status: 1,
    said: expect.stringMatching(/^blocks   a\.ts:1 risky-code\/.*\nblocked: \w{40}, .*\nvetted 3 commits\n$/),
  })
  expect(vetHistory(2, folder)).toEqual({
    status: 0,
    said: 'vetted 2 commits: none has a blocking finding\n',
  })
})

it('vets the first commit with all that it holds', () => {
  const whole = /^\w{12} has no parent in this clone: vetted with all that it holds\n/
  const clean = vetHistory(50, repositoryOf('export {}\n', 'export const a = 1\n'))
  expect(clean).toMatchObject({
    status: 0,
    said: expect.stringMatching(/: vetted with all .*\nvetted 2 commits: none has a blocking finding\n$/),
  })
  expect(vetHistory(50, repositoryOf('eval(code)\n'))).toMatchObject({
    status: 1,
    said: expect.stringMatching(whole),
  })
})

it('vets what a shallow clone holds as a whole, and says what it lacks', () => {
  const planted = repositoryOf('eval(code)\n', 'eval(code)\nexport const a = 1\n')
  expect(vetHistory(50, shallowClone(planted, 1))).toMatchObject({
    status: 1,
    said: expect.stringContaining('a.ts:1 risky-code/'),
  })
  const clean = repositoryOf('export {}\n', 'export const a = 1\n', 'export const a = 2\n')
  for (const depth of [1, 2]) {
    expect(vetHistory(50, shallowClone(clean, depth))).toMatchObject({
      status: 0,
      said: expect.stringContaining(
        `vetted ${depth} commits: none has a blocking finding; this clone is shallow and lacks the rest of the last 50`,
      ),
    })
  }
  expect(vetHistory(1, shallowClone(clean, 2)).said).toBe('vetted 1 commits: none has a blocking finding\n')
})

it('lets stand what a person said before the commit, and not what a commit says of itself', async () => {
  const { repository, projectManager } = await setUpScratch()
  const key = { 'test/a.ts': `export const key = '${token}'\n` }
  const file = '.model-policy/vet.yaml'
  commit(repository, { [file]: said('2099-01-01') })
  commit(repository, key)
  expect(vetHistory(2, repository, projectManager.env)).toMatchObject({ status: 0 })
  // without the trust that was pinned, nobody's word counts
  const home = { ...projectManager.env, HOME: newFolder() }
  expect(vetHistory(1, repository, home)).toMatchObject({
    status: 1,
    said: expect.stringContaining('trust_missing'),
  })
  git(repository, 'reset', '--quiet', '--hard', 'HEAD~2')
  commit(repository, { ...key, [file]: said('2099-01-01') })
  expect(vetHistory(1, repository, projectManager.env)).toMatchObject({ status: 1 })
  git(repository, 'reset', '--quiet', '--hard', 'HEAD~1')
  commit(repository, { [file]: said('2020-01-01') })
  commit(repository, key)
  expect(vetHistory(1, repository, projectManager.env)).toMatchObject({ status: 1 })
})

it('vets nothing where there is no repository or no commit, and fails', () => {
  expect(vetHistory(3, newFolder()).status).toBe(1)
  expect(vetHistory(3, repositoryOf()).status).toBe(1)
  expect(vetHistory(0, repositoryOf('export {}\n')).status).toBe(1)
})
