import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRepository, readChange } from '../src/index.ts'
import { scratchRepository, type ScratchRepository } from './support/scratch-repository.ts'

const lines = (count: number, word = 'line') =>
  Array.from({ length: count }, (_, n) => `${word} ${n}\n`).join('')

const dependencies = (...names: string[]) =>
  JSON.stringify({ dependencies: Object.fromEntries(names.map((name) => [name, '1'])) }, null, 2)

async function filesOf({ top }: ScratchRepository, head?: string) {
  const repository = await openRepository(top)
  const { files } = await readChange({ repository, base: 'main', ...(head === undefined ? {} : { head }) })
  return files
}

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
    const scratch = scratchRepository()
    const { commit, git, write } = scratch
    commit({ 'a.ts': lines(5), '.gitignore': 'ignored/\n' })
    write({ 'staged.ts': lines(2), 'a.ts': lines(6) })
    git('add', 'staged.ts')
    write({ 'staged.ts': lines(4), 'sub/untracked.ts': lines(3), 'ignored/x': 'x' })
    const before = [git('status', '--short'), git('count-objects')]

    const index = await filesOf(scratch, 'index')
    const workingTree = await filesOf(scratch)

    expect(index.map(({ path, added }) => [path, added])).toEqual([['staged.ts', 2]])
    expect(workingTree.map(({ path, added }) => [path, added])).toEqual([
      ['a.ts', 1],
      ['staged.ts', 4],
      ['sub/untracked.ts', 3],
    ])
    expect([git('status', '--short'), git('count-objects')]).toEqual(before)
  })

  it.each(['index', 'working-tree'])(
    'reads everything since the base with the %s, commits included',
    async (head) => {
      const scratch = scratchRepository()
      scratch.commit({ 'a.ts': lines(1) })
      scratch.git('checkout', '--quiet', '-b', 'work')
      scratch.commit({ 'a.ts': lines(2) })
      scratch.write({ 'a.ts': lines(4) })
      scratch.git('add', 'a.ts')
      expect(await filesOf(scratch, head)).toMatchObject([{ path: 'a.ts', added: 3 }])
    },
  )

  it('keeps binaries, modes, symlinks, changes of type and submodules apart', async () => {
    const inner = scratchRepository()
    inner.commit({ x: 'x' })
    const scratch = scratchRepository()
    const { top, git } = scratch
    scratch.commit({ binary: 'a\0b', script: 'x\n', 'becomes-link': lines(3), kept: 'x' })
    git('checkout', '--quiet', '-b', 'work')
    writeFileSync(join(top, 'binary'), 'a\0c')
    chmodSync(join(top, 'script'), 0o755)
    rmSync(join(top, 'becomes-link'))
    symlinkSync('kept', join(top, 'becomes-link'))
    symlinkSync('/etc/passwd', join(top, 'link'))
    git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.top, 'sub')
    const uncounted = { added: undefined, deleted: undefined }
    const expected = [
      { path: '.gitmodules', kind: 'file', status: 'added' },
      { path: 'becomes-link', kind: 'symlink', status: 'type-changed', added: 1, deleted: 3 },
      { path: 'binary', kind: 'file', status: 'modified', ...uncounted },
      { path: 'link', kind: 'symlink', status: 'added', added: 1 },
      { path: 'script', kind: 'file', status: 'modified', added: 0, deleted: 0, modeChanged: true },
      { path: 'sub', kind: 'submodule', status: 'added', ...uncounted },
    ]
    expect(await filesOf(scratch)).toMatchObject(expected)
    scratch.commit()
    expect(await filesOf(scratch, 'work')).toMatchObject(expected)
  })

  it('reads files that are in conflict, with their marks in the working tree', async () => {
    const scratch = scratchRepository()
    scratch.commit({ 'a.ts': 'base\n' })
    scratch.git('checkout', '--quiet', '-b', 'work')
    scratch.commit({ 'a.ts': 'ours\n' })
    scratch.git('checkout', '--quiet', 'main')
    const theirs = scratch.commit({ 'a.ts': 'theirs\n' })
    scratch.git('checkout', '--quiet', 'work')
    expect(() => scratch.git('merge', '--quiet', theirs)).toThrow()
    expect(await filesOf(scratch, 'index')).toMatchObject([{ path: 'a.ts', status: 'unmerged' }])
    expect(await filesOf(scratch)).toMatchObject([{ path: 'a.ts', status: 'modified', added: 5, deleted: 1 }])
  })

  it.each([
    ['in a split index', ['--split-index']],
    ['of version 4', ['--index-version', '4']],
    ['with an untracked cache', ['--force-untracked-cache']],
  ])('reads what is staged %s', async (_name, options) => {
    const scratch = scratchRepository()
    scratch.commit({ 'a.ts': lines(1), 'b.ts': lines(1) })
    scratch.git('update-index', ...options)
    scratch.write({ 'a.ts': lines(2) })
    scratch.git('add', 'a.ts')
    scratch.write({ 'c.ts': lines(3) })
    scratch.git('status')
    expect(await filesOf(scratch, 'index')).toMatchObject([{ path: 'a.ts', added: 1 }])
    expect(await filesOf(scratch)).toMatchObject([{ path: 'a.ts' }, { path: 'c.ts', added: 3 }])
  })

  it('counts lines as they would be committed where the tree asks for CRLF on disk', async () => {
    const scratch = scratchRepository()
    scratch.commit({ '.gitattributes': '*.ts text eol=crlf\n', 'a.ts': lines(50) })
    scratch.write({ 'a.ts': `${lines(50)}more\n`.replaceAll('\n', '\r\n') })
    expect(await filesOf(scratch)).toMatchObject([{ path: 'a.ts', added: 1, deleted: 0 }])
  })

  it('names what makes modules, and takes no new manifest at the top for one', async () => {
    const scratch = scratchRepository()
    scratch.commit({ 'a/package.json': '{}', 'b/go.mod': 'module b\n', 'src/x': 'x' })
    scratch.git('checkout', '--quiet', '-b', 'work')
    scratch.git('rm', '--quiet', '-r', 'b')
    scratch.commit({ 'package.json': '{}', 'c/Cargo.toml': '' })
    const { manifests } = await readChange({
      repository: await openRepository(scratch.top),
      base: 'main',
      head: 'work',
    })
    expect(manifests.toSorted()).toEqual(['a/package.json', 'b/go.mod', 'c/Cargo.toml'])
  })

  it('names packages that are new in a manifest', async () => {
    const { top, commit, git } = scratchRepository()
    commit({
      'package.json': dependencies('kept', 'dropped'),
      'moved/package.json': dependencies('kept', 'x', 'y', 'z'),
    })
    git('checkout', '--quiet', '-b', 'work')
    git('mv', 'moved', 'there')
    commit({
      'package.json': dependencies('kept', 'brought'),
      'there/package.json': dependencies('kept', 'x', 'y', 'z', 'more'),
      'new/package.json': dependencies('kept'),
      'broken/package.json': '{',
    })
    const { newDependencies } = await readChange({
      repository: await openRepository(top),
      base: 'main',
      head: 'work',
    })
    expect(newDependencies.toSorted()).toEqual([
      'broken/package.json: ?',
      'new/package.json: kept',
      'package.json: brought',
      'there/package.json: more',
    ])
  })
})
