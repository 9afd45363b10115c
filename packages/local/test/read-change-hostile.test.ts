import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Change } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { openRepository, readChange } from '../src/index.ts'
import { scratchFolder, scratchRepository, type ScratchRepository } from './support/scratch-repository.ts'

const lines = (count: number, word = 'line') =>
  Array.from({ length: count }, (_, n) => `${word} ${n}\n`).join('')

/** A repository with a change of every kind on branch `work`, committed, and one more file staged and one untracked. */
function aChange(): ScratchRepository {
  const scratch = scratchRepository()
  scratch.commit({
    'a.ts': lines(50),
    'old.ts': lines(20, 'old'),
    'b é.ts': lines(5),
    '.gitignore': 'out/\n',
  })
  scratch.git('checkout', '--quiet', '-b', 'work')
  scratch.git('mv', 'old.ts', 'sub.ts')
  scratch.commit({
    'a.ts': lines(30),
    'b é.ts': `  ${lines(5).replaceAll('\n', ' \n\n')}`,
    'src/c.ts': lines(7),
  })
  scratch.write({ 'src/staged.ts': lines(2) })
  scratch.git('add', 'src/staged.ts')
  scratch.write({ 'untracked.ts': lines(3), 'a.ts': lines(20) })
  return scratch
}

/** A program that leaves a mark when it runs, and prints nothing. */
function trap(): { program: string; sprung: () => boolean } {
  const folder = scratchFolder()
  const program = join(folder, 'trap')
  writeFileSync(program, `#!/bin/sh\ntouch '${folder}/sprung'\n`)
  chmodSync(program, 0o755)
  return { program, sprung: () => existsSync(join(folder, 'sprung')) }
}

type Env = Record<string, string | undefined>

async function readAll({ top }: ScratchRepository, env: Env = process.env): Promise<Change[]> {
  const repository = await openRepository(top, { env })
  const changes: Change[] = []
  for (const head of ['work', 'index', 'working-tree']) {
    changes.push(await readChange({ repository, base: 'main', head, env }))
  }
  return changes
}

const configurations: [string, string][] = [
  ['diff.renames', 'false'],
  ['diff.renameLimit', '1'],
  ['diff.noprefix', 'true'],
  ['diff.mnemonicPrefix', 'true'],
  ['diff.algorithm', 'patience'],
  ['diff.ignoreSubmodules', 'all'],
  ['diff.relative', 'true'],
  ['diff.orderFile', '/dev/null'],
  ['diff.wsErrorHighlight', 'all'],
  ['diff.statNameWidth', '1'],
  ['core.quotePath', 'true'],
  ['core.fileMode', 'false'],
  ['core.bigFileThreshold', '1'],
  ['core.ignoreCase', 'true'],
  ['core.autocrlf', 'input'],
  ['core.trustctime', 'false'],
  ['core.checkStat', 'minimal'],
  ['core.untrackedCache', 'true'],
  ['core.abbrev', '4'],
  ['core.worktree', '/'],
  ['core.bare', 'true'],
  ['color.ui', 'always'],
  ['status.showUntrackedFiles', 'no'],
  ['extensions.worktreeConfig', 'true'],
]

describe('readChange cannot be misled', () => {
  it('by configuration, of the repository or the user', async () => {
    const plain = await readAll(aChange())
    const scratch = aChange()
    const { program, sprung } = trap()
    const home = scratchFolder()
    const excludes = join(home, 'excludes')
    const attributes = join(home, 'attributes')
    writeFileSync(excludes, '*\n')
    writeFileSync(attributes, '* -diff diff=trap filter=trap\n')
    const hostile: [string, string][] = [
      ...configurations,
      ['diff.external', program],
      ['diff.trap.command', program],
      ['diff.trap.textconv', program],
      ['diff.trap.binary', 'true'],
      ['filter.trap.clean', program],
      ['filter.trap.process', program],
      ['filter.trap.required', 'true'],
      ['core.fsmonitor', program],
      ['core.hooksPath', join(program, '..')],
      ['core.pager', program],
      ['core.excludesFile', excludes],
      ['core.attributesFile', attributes],
    ]
    const text = hostile.map(([key, value]) => {
      const [section, ...rest] = key.split('.')
      const [name = '', driver] = rest.toReversed()
      return `[${section}${driver === undefined ? '' : ` "${driver}"`}]\n\t${name} = ${value}\n`
    })
    writeFileSync(join(home, '.gitconfig'), text.join(''))
    for (const [key, value] of hostile) scratch.git('config', key, value)

    expect(await readAll(scratch, { ...process.env, HOME: home })).toEqual(plain)
    expect(sprung()).toBe(false)
  })

  it('by the environment', async () => {
    const plain = await readAll(aChange())
    const { program, sprung } = trap()
    const elsewhere = scratchRepository()
    elsewhere.commit({ x: 'x' })
    const env = {
      ...process.env,
      GIT_DIR: join(elsewhere.top, '.git'),
      GIT_WORK_TREE: elsewhere.top,
      GIT_INDEX_FILE: join(elsewhere.top, '.git', 'index'),
      GIT_OBJECT_DIRECTORY: join(elsewhere.top, '.git', 'objects'),
      GIT_COMMON_DIR: join(elsewhere.top, '.git'),
      GIT_CEILING_DIRECTORIES: '/',
      GIT_NAMESPACE: 'x',
      GIT_EXTERNAL_DIFF: program,
      GIT_DIFF_OPTS: '--unified=0',
      GIT_ATTR_SOURCE: 'main',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'diff.renames',
      GIT_CONFIG_VALUE_0: 'false',
      GIT_CONFIG_PARAMETERS: "'diff.renames=false'",
      GIT_LITERAL_PATHSPECS: '1',
      GIT_DEFAULT_HASH: 'sha256',
      GIT_TRACE: '1',
      GIT_PAGER: program,
      LANG: 'de_DE.UTF-8',
    }
    expect(await readAll(aChange(), env)).toEqual(plain)
    expect(sprung()).toBe(false)
  })

  it.each([
    '* -diff',
    '* binary',
    '* diff=trap',
    '* -diff -text filter=trap',
    '[attr]hidden -diff\n* hidden',
    '* !diff\n*.ts -diff',
  ])('by attributes in the tree: %j', async (attributes) => {
    const scratch = scratchRepository()
    scratch.commit({ 'a.ts': lines(5) })
    scratch.git('checkout', '--quiet', '-b', 'work')
    scratch.git('config', 'diff.trap.binary', 'true')
    scratch.commit({ '.gitattributes': `${attributes}\n`, 'deep/.gitattributes': `${attributes}\n` })
    scratch.commit({ 'a.ts': lines(9), 'deep/b.ts': lines(4) })
    writeFileSync(join(scratch.top, '.git', 'info', 'attributes'), `${attributes}\n`)
    for (const { files } of await readAll(scratch)) {
      const counts = Object.fromEntries(files.map(({ path, added, deleted }) => [path, [added, deleted]]))
      expect(counts).toMatchObject({ 'a.ts': [4, 0], 'deep/b.ts': [4, 0] })
    }
  })

  it('by replaced commits or grafts', async () => {
    const scratch = scratchRepository()
    const first = scratch.commit({ 'a.ts': lines(5) })
    const second = scratch.commit({ 'a.ts': lines(100) })
    const third = scratch.commit({ 'a.ts': lines(101) })
    scratch.git('replace', second, first)
    scratch.git('replace', '--graft', third)
    const repository = await openRepository(scratch.top)
    const change = await readChange({ repository, base: first, head: third })
    expect(change.files).toMatchObject([{ path: 'a.ts', added: 96 }])
  })

  it('by index flags, sparse checkout or excludes of its own', async () => {
    const scratch = scratchRepository()
    scratch.commit({ 'assumed é.ts': lines(1), 'skipped.ts': lines(1), 'absent.ts': lines(1) })
    writeFileSync(join(scratch.top, '.git', 'info', 'exclude'), 'excluded.ts\n')
    scratch.git('update-index', '--assume-unchanged', 'assumed é.ts')
    scratch.git('update-index', '--skip-worktree', 'skipped.ts', 'absent.ts')
    scratch.write({ 'assumed é.ts': lines(3), 'skipped.ts': lines(4), 'excluded.ts': lines(5) })
    rmSync(join(scratch.top, 'absent.ts')) // as in a sparse checkout: not there, and not deleted
    const change = await readChange({ repository: await openRepository(scratch.top), base: 'main' })
    expect(change.files.map(({ path, added }) => [path, added])).toEqual([
      ['assumed é.ts', 2],
      ['excluded.ts', 5],
      ['skipped.ts', 3],
    ])
  })

  it('by a file of the same size, written in the same moment as the index', async () => {
    const scratch = scratchRepository()
    scratch.commit({ 'a.ts': 'one\n' })
    scratch.write({ 'a.ts': 'two\n' })
    const change = await readChange({ repository: await openRepository(scratch.top), base: 'main' })
    expect(change.files).toMatchObject([{ path: 'a.ts', added: 1, deleted: 1 }])
  })

  it('by a branch named as an uncommitted state', async () => {
    const scratch = scratchRepository()
    scratch.commit({ 'a.ts': lines(1) })
    scratch.git('checkout', '--quiet', '-b', 'index')
    scratch.commit({ 'a.ts': lines(2) })
    const repository = await openRepository(scratch.top)
    const change = await readChange({ repository, base: 'main', head: 'refs/heads/index' })
    expect(change.files).toMatchObject([{ path: 'a.ts', added: 1 }])
  })

  it.each(['--output=/tmp/x', '-p', 'main..work', 'main:a.ts', '', ' '])(
    'by a revision such as %j',
    async (base) => {
      const scratch = aChange()
      const repository = await openRepository(scratch.top)
      await expect(readChange({ repository, base, head: 'work' })).rejects.toMatchObject({
        code: 'history_incomplete',
      })
    },
  )
})
