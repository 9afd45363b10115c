import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'

const script = join(import.meta.dirname, '..', 'tools', 'vet-history.ts')

/** A repository with one commit for each text of its only file. */
function repositoryOf(...texts: string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'model-policy-history-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const git = (...args: string[]) => {
    const by = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgSign=false']
    const { status, stderr } = spawnSync('git', [...by, ...args], { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  }
  git('init', '--quiet')
  for (const text of texts) {
    writeFileSync(join(folder, 'a.ts'), text)
    git('add', '--all')
    git('commit', '--quiet', '--message', 'Work')
  }
  return folder
}

function vetHistory(count: number, folder: string) {
  const argv = ['--conditions=@policy/source', script, String(count), folder]
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

it('finds what one commit planted and the next took away', () => {
  const folder = repositoryOf('export {}\n', 'eval(code)\n', 'export {}\n', 'export const a = 1\n')
  expect(vetHistory(3, folder)).toMatchObject({
    status: 1,
    said: expect.stringMatching(/^\w{12} a\.ts:1 risky-code\/\S+\nvetted 3 commits\n$/),
  })
  expect(vetHistory(2, folder)).toEqual({
    status: 0,
    said: 'vetted 2 commits: none has a blocking finding\n',
  })
})

it('says which commit it could not vet', () => {
  const { status, said } = vetHistory(50, repositoryOf('export {}\n', 'export const a = 1\n'))
  expect(status).toBe(0)
  expect(said).toMatch(/^\w{12} has no parent in this clone: not vetted\nvetted 1 commits/)
})

it('vets nothing where there is no repository, and fails', () => {
  const folder = mkdtempSync(join(tmpdir(), 'model-policy-history-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  expect(vetHistory(3, folder).status).toBe(1)
})
