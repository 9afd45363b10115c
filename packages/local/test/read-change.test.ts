import { describe, expect, it } from 'vitest'
import { openRepository, readChange } from '../src/index.ts'
import { scratchRepository } from './support/scratch-repository.ts'

const lines = (count: number, word = 'line') =>
  Array.from({ length: count }, (_, n) => `${word} ${n}\n`).join('')

describe('readChange', () => {
  it('reads a commit range from the merge base', async () => {
    const { top, commit, git } = scratchRepository()
    const base = commit({ 'a.ts': lines(50), 'old.ts': lines(20, 'old') })
    git('checkout', '--quiet', '-b', 'work')
    git('mv', 'old.ts', 'new.ts')
    const head = commit({ 'a.ts': lines(30), 'src/b.ts': lines(5) })
    git('checkout', '--quiet', 'main')
    commit({ 'elsewhere.ts': lines(9) })

    const change = await readChange({ repository: await openRepository(top), base: 'main', head: 'work' })

    expect(change).toMatchObject({ base, head, manifests: [], newDependencies: [] })
    expect(
      change.files.map(({ path, from, status, added, deleted }) => [status, from, path, added, deleted]),
    ).toEqual([
      ['modified', undefined, 'a.ts', 0, 20],
      ['renamed', 'old.ts', 'new.ts', 0, 0],
      ['added', undefined, 'src/b.ts', 5, 0],
    ])
  })

  it('reads the index and the working tree, untracked files included, and leaves both as they were', async () => {
    const { top, commit, git, write } = scratchRepository()
    commit({ 'a.ts': lines(5), '.gitignore': 'ignored/\n' })
    write({ 'staged.ts': lines(2), 'a.ts': lines(6) })
    git('add', 'staged.ts')
    write({ 'staged.ts': lines(4), 'sub/untracked.ts': lines(3), 'ignored/x': 'x' })
    const before = git('status', '--short')
    const repository = await openRepository(top)

    const index = await readChange({ repository, base: 'main', head: 'index' })
    const workingTree = await readChange({ repository, base: 'main' })

    expect(index.files.map(({ path, added }) => [path, added])).toEqual([['staged.ts', 2]])
    expect(workingTree.files.map(({ path, added }) => [path, added])).toEqual([
      ['a.ts', 1],
      ['staged.ts', 4],
      ['sub/untracked.ts', 3],
    ])
    expect(git('status', '--short')).toBe(before)
  })
})
