import { existsSync, lstatSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRepository, openSnapshot } from '../src/index.ts'
import { scratchRepository } from './support/scratch-repository.ts'

async function snapshotOf(top: string, base: string, head?: string) {
  const repository = await openRepository(top)
  return openSnapshot({ repository, base, ...(head === undefined ? {} : { head }) })
}

const lines = (...numbers: number[]) => numbers.map((number) => `line ${number}\n`).join('')

describe('openSnapshot', () => {
  it('tells the text and the changed lines of every file that is there at the head', async () => {
    const { top, commit, git } = scratchRepository()
    const base = commit({
      'a.txt': lines(1, 2, 3, 4, 5),
      'moved.txt': lines(1, 2, 3, 4, 5, 6, 7, 8),
      'gone.txt': 'x\n',
    })
    git('rm', '--quiet', 'gone.txt')
    git('mv', 'moved.txt', 'to.txt')
    const head = commit({
      'a.txt': `line 1\n@@ -1 +40,9 @@\nline 3\nline 5\nindex ${'0'.repeat(40)}..${'1'.repeat(40)}`,
      'to.txt': `${lines(1, 2, 3, 4, 5, 6, 7, 8)}more\n`,
      'new.txt': 'one\ntwo\n',
      'binary.dat': 'a\0b\n',
    })
    await using snapshot = await snapshotOf(top, base, head)
    expect(snapshot).toMatchObject({ base, head })
    expect(Object.fromEntries(snapshot.files.map((file) => [file.path, [...file.changedLines]]))).toEqual({
      'a.txt': [2, 5],
      'to.txt': [1, 2, 3, 4, 5, 6, 7, 8, 9],
      'new.txt': [1, 2],
      'binary.dat': [1],
    })
    const file = (path: string) => snapshot.files.find((candidate) => candidate.path === path)
    expect(file('a.txt')?.before).toBe(lines(1, 2, 3, 4, 5))
    // what was harmless under its old name is looked at anew under its new one
    expect(file('to.txt')?.before).toBe(undefined)
    expect(file('new.txt')?.before).toBe(undefined)
    expect(file('binary.dat')?.text).toBe(undefined)
    expect(await snapshot.textsAtBase((path) => /gone|new/.test(path))).toEqual(
      new Map([['gone.txt', 'x\n']]),
    )
  })

  it('takes a file that was a symlink or a submodule for a new one', async () => {
    const { top, commit, git, write } = scratchRepository()
    const first = commit({ 'a.txt': 'x\n' })
    symlinkSync('x', join(top, 'a.js'))
    symlinkSync('one\ntwo\n', join(top, 'same.js'))
    git('add', 'a.js', 'same.js')
    git('update-index', '--add', '--cacheinfo', `160000,${first},sub`)
    git('commit', '--quiet', '--message', 'Symlinks and a submodule')
    const base = git('rev-parse', 'HEAD').trim()
    git('rm', '--quiet', '--cached', 'sub', 'a.js', 'same.js')
    for (const name of ['a.js', 'same.js']) rmSync(join(top, name))
    write({ 'a.js': 'eval(1)\neval(2)\n', 'same.js': 'one\ntwo\n', sub: 'text\n' })
    const head = commit({})
    await using snapshot = await snapshotOf(top, base, head)
    expect(
      snapshot.files.map(({ path, text, before, changedLines }) => [path, text, before, [...changedLines]]),
    ).toEqual([
      ['a.js', 'eval(1)\neval(2)\n', undefined, [1, 2]],
      ['same.js', 'one\ntwo\n', undefined, [1, 2]],
      ['sub', 'text\n', undefined, [1]],
    ])
  })

  it('reads UTF-16, and text that holds a NUL where the path or the first line says that it is text', async () => {
    const { top, commit } = scratchRepository()
    const base = commit({ 'a.ini': 'x\n' })
    writeFileSync(join(top, 'a.ini'), Buffer.from('\uFEFFone\ntwo\n', 'utf16le'))
    writeFileSync(join(top, 'b.ini'), Buffer.from('\uFEFFone\n', 'utf16le').swap16())
    writeFileSync(join(top, 'c.dat'), Buffer.from([0xff, 0xfe, 0, 0xd8, 0, 0]))
    writeFileSync(join(top, 'run'), '#!/bin/sh\n\0\n', { mode: 0o755 })
    const head = commit({ '.env': 'T=1\n\0\n' })
    const repository = await openRepository(top)
    await using snapshot = await openSnapshot({ repository, base, head, isText: (path) => path === '.env' })
    expect(
      snapshot.files.map(({ path, text, executable, changedLines }) => [
        path,
        text,
        executable,
        [...changedLines],
      ]),
    ).toEqual([
      ['.env', 'T=1\n\0\n', false, [1, 2]],
      ['a.ini', 'one\ntwo\n', false, [1, 2]],
      ['b.ini', 'one\n', false, [1]],
      ['c.dat', undefined, false, []],
      ['run', '#!/bin/sh\n\0\n', true, [1, 2]],
    ])
  })

  it('is not turned away by attributes that the change sets', async () => {
    const { top, commit } = scratchRepository()
    const base = commit({ 'a.js': 'old\n' })
    const head = commit({ 'a.js': 'old\nnew\n', '.gitattributes': '*.js binary -diff export-ignore\n' })
    await using snapshot = await snapshotOf(top, base, head)
    const script = snapshot.files.find(({ path }) => path === 'a.js')
    expect([...(script?.changedLines ?? [])]).toEqual([2])
    expect(readFileSync(join(await snapshot.checkout(), 'a.js'), 'utf8')).toBe('old\nnew\n')
  })

  it('exports the head byte for byte, read-only, with symlinks as text, and takes it away', async () => {
    const { top, commit, write } = scratchRepository()
    const base = commit({ 'kept.txt': 'kept\n' })
    write({ 'deep/er/a.txt': 'a\r\n', '.gitattributes': '*.txt text eol=lf working-tree-encoding=UTF-16\n' })
    write({ '.gitattributes': '' })
    symlinkSync('/etc/passwd', join(top, 'link'))
    const head = commit()
    const snapshot = await snapshotOf(top, base, head)
    const folder = await snapshot.checkout()
    expect(await snapshot.checkout()).toBe(folder)
    expect(readFileSync(join(folder, 'deep/er/a.txt'), 'utf8')).toBe('a\r\n')
    expect(readFileSync(join(folder, 'kept.txt'), 'utf8')).toBe('kept\n')
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(false)
    expect(readFileSync(join(folder, 'link'), 'utf8')).toBe('/etc/passwd')
    expect(lstatSync(join(folder, 'deep/er/a.txt')).mode & 0o222).toBe(0)
    expect(lstatSync(join(folder, 'deep/er')).mode & 0o222).toBe(0)
    expect(existsSync(join(folder, '.git'))).toBe(false)
    await snapshot[Symbol.asyncDispose]()
    expect(existsSync(folder)).toBe(false)
  })

  it.each(['index', 'working-tree'])('reads what is not committed: %s', async (head) => {
    const { top, commit, git, write } = scratchRepository()
    const base = commit({ 'a.txt': 'one\n' })
    write({ 'a.txt': 'one\ntwo\n' })
    if (head === 'index') git('add', 'a.txt')
    await using snapshot = await snapshotOf(top, base, head)
    expect(snapshot.head).toBe(head)
    expect(snapshot.files.map(({ path, changedLines }) => [path, ...changedLines])).toEqual([['a.txt', 2]])
    expect(readFileSync(join(await snapshot.checkout(), 'a.txt'), 'utf8')).toBe('one\ntwo\n')
  })
})
