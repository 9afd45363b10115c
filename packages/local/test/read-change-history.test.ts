import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRepository, readChange } from '../src/index.ts'
import { scratchFolder, scratchRepository } from './support/scratch-repository.ts'

/** main: 1-2-3; work: 1-2-a-b. */
function aHistory() {
  const scratch = scratchRepository()
  scratch.commit({ f: '1\n' })
  const fork = scratch.commit({ f: '1\n2\n' })
  scratch.git('checkout', '--quiet', '-b', 'work')
  scratch.commit({ f: '1\n2\na\n' })
  scratch.commit({ f: '1\n2\na\nb\n' })
  scratch.git('checkout', '--quiet', 'main')
  scratch.commit({ g: '3\n' })
  return { ...scratch, fork }
}

async function aShallowClone(top: string, ...options: string[]) {
  const clone = join(scratchFolder(), 'clone')
  execFileSync('git', ['clone', '--quiet', '--no-single-branch', ...options, `file://${top}`, clone], {
    stdio: 'pipe',
  })
  return openRepository(clone)
}

describe('readChange without the history it needs', () => {
  it('measures from the merge base in a whole clone', async () => {
    const { top, fork } = aHistory()
    const change = await readChange({ repository: await openRepository(top), base: 'main', head: 'work' })
    expect(change).toMatchObject({ base: fork, files: [{ path: 'f', added: 2, deleted: 0 }] })
  })

  it('measures in a shallow clone that holds everything in between', async () => {
    const { top, fork } = aHistory()
    const repository = await aShallowClone(top, '--depth=3')
    const change = await readChange({ repository, base: 'origin/main', head: 'origin/work' })
    expect(change).toMatchObject({ base: fork, files: [{ path: 'f', added: 2 }] })
  })

  it.each(['--depth=1', '--depth=2'])('refuses a clone with %s and says what to fetch', async (depth) => {
    const { top } = aHistory()
    const repository = await aShallowClone(top, depth)
    const reading = readChange({ repository, base: 'origin/main', head: 'origin/work' })
    await expect(reading).rejects.toMatchObject({
      code: 'history_incomplete',
      message: expect.stringContaining('shallow'),
      remedy: expect.stringContaining('git fetch --unshallow'),
    })
  })

  it('refuses a shallow clone in which a farther merge base would be taken for the nearest', async () => {
    // main: 1-q-m and 1-2-p-p-p-m; work: 1-2-w. At depth 4 the way from m to 2 is cut, the way to 1 is not.
    const scratch = scratchRepository()
    scratch.commit({ f: '1\n' })
    scratch.git('checkout', '--quiet', '-b', 'side')
    scratch.commit({ q: 'q\n' })
    scratch.git('checkout', '--quiet', 'main')
    const nearest = scratch.commit({ f: '1\n2\n' })
    scratch.git('branch', 'work')
    for (const p of ['1', '2', '3']) scratch.commit({ p })
    scratch.git('merge', '--quiet', '--no-edit', 'side')
    scratch.git('checkout', '--quiet', 'work')
    scratch.commit({ f: '1\n2\nw\n' })
    const whole = await openRepository(scratch.top)
    expect(await readChange({ repository: whole, base: 'main', head: 'work' })).toMatchObject({
      base: nearest,
    })
    const repository = await aShallowClone(scratch.top, '--depth=4')
    const reading = readChange({ repository, base: 'origin/main', head: 'origin/work' })
    await expect(reading).rejects.toMatchObject({ code: 'history_incomplete' })
  })

  it('refuses histories that share nothing', async () => {
    const { top, git, commit } = aHistory()
    git('checkout', '--quiet', '--orphan', 'apart')
    commit()
    const reading = readChange({ repository: await openRepository(top), base: 'main', head: 'apart' })
    await expect(reading).rejects.toMatchObject({
      code: 'history_incomplete',
      message: 'main and apart share no commit, so nothing can be measured',
    })
  })

  it.each([
    ['origin/nowhere', 'work', '`git fetch origin nowhere`'],
    ['main', 'nowhere', '`git fetch origin nowhere`'],
    ['main', '0'.repeat(40), 'git fetch origin'],
  ])('refuses %s...%s, of which one is not there', async (base, head, remedy) => {
    const { top } = aHistory()
    const reading = readChange({ repository: await openRepository(top), base, head })
    await expect(reading).rejects.toMatchObject({
      code: 'history_incomplete',
      remedy: expect.stringContaining(remedy),
    })
  })

  it('refuses a repository without a commit', async () => {
    const { top } = scratchRepository()
    const reading = readChange({ repository: await openRepository(top), base: 'HEAD' })
    await expect(reading).rejects.toMatchObject({ code: 'history_incomplete' })
  })

  it('refuses a partial clone that lacks the content', async () => {
    const { top, git } = aHistory()
    git('config', 'uploadpack.allowFilter', 'true')
    const repository = await aShallowClone(top, '--filter=blob:none', '--no-checkout')
    const reading = readChange({ repository, base: 'origin/main', head: 'origin/work' })
    await expect(reading).rejects.toMatchObject({ code: 'history_incomplete' })
  })

  it('takes the first of several merge bases', async () => {
    const scratch = scratchRepository()
    scratch.commit({ f: '1\n' })
    scratch.git('checkout', '--quiet', '-b', 'work')
    const left = scratch.commit({ left: '1\n' })
    scratch.git('checkout', '--quiet', 'main')
    const right = scratch.commit({ right: '1\n' })
    scratch.git('merge', '--quiet', '--no-edit', left)
    scratch.git('checkout', '--quiet', 'work')
    scratch.git('merge', '--quiet', '--no-edit', right)
    scratch.commit({ more: '1\n' })
    const change = await readChange({
      repository: await openRepository(scratch.top),
      base: 'main',
      head: 'work',
    })
    expect([left, right]).toContain(change.base)
    expect(change.files.map(({ path }) => path)).toContain('more')
  })

  it('reads a repository of SHA-256 objects', async () => {
    const { top, commit } = scratchRepository('--object-format=sha256')
    const base = commit({ f: '1\n' })
    const head = commit({ f: '1\n2\n' })
    const change = await readChange({ repository: await openRepository(top), base, head })
    expect(change).toMatchObject({ base, head, files: [{ path: 'f', added: 1 }] })
  })
})
