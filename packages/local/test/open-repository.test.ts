import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openRepository } from '../src/index.ts'
import { scratchFolder, scratchRepository } from './support/scratch-repository.ts'

describe('openRepository', () => {
  it('finds the top, the folders, the remote, the commit and the branch from a folder below', async () => {
    const { top, git, commit } = scratchRepository()
    git('remote', 'add', 'origin', 'git@github.com:acme/app.git')
    const head = commit({ 'a/b/c': 'x' })
    expect(await openRepository(join(top, 'a', 'b'))).toEqual({
      top,
      gitFolder: join(top, '.git'),
      commonFolder: join(top, '.git'),
      remoteId: 'github.com/acme/app',
      head,
      branch: 'main',
    })
  })

  it('knows a worktree from the clone it belongs to', async () => {
    const { top, git, commit } = scratchRepository()
    commit()
    const worktree = join(scratchFolder(), 'tree')
    git('worktree', 'add', '--quiet', '-b', 'side', worktree)
    expect(await openRepository(worktree)).toMatchObject({
      top: worktree,
      gitFolder: join(top, '.git', 'worktrees', 'tree'),
      commonFolder: join(top, '.git'),
      branch: 'side',
    })
  })

  it('opens a submodule as a repository of its own', async () => {
    const inner = scratchRepository()
    inner.commit({ x: 'x' })
    const outer = scratchRepository()
    outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.top, 'sub')
    expect(await openRepository(join(outer.top, 'sub'))).toMatchObject({
      top: join(outer.top, 'sub'),
      commonFolder: join(outer.top, '.git', 'modules', 'sub'),
    })
  })

  it('opens a repository with neither commit nor remote, and one that is detached', async () => {
    const { top, git, commit } = scratchRepository()
    expect(await openRepository(top)).toMatchObject({ head: undefined, branch: 'main', remoteId: undefined })
    const head = commit()
    git('checkout', '--quiet', '--detach')
    expect(await openRepository(top)).toMatchObject({ head, branch: undefined })
  })

  it('resolves symlinks on the way', async () => {
    const { top } = scratchRepository()
    const link = join(scratchFolder(), 'link')
    symlinkSync(top, link)
    expect((await openRepository(link)).top).toBe(top)
  })

  it('is not led elsewhere by configuration, environment or included files', async () => {
    const { top, git, commit } = scratchRepository()
    const head = commit()
    const other = scratchRepository()
    other.git('remote', 'add', 'origin', 'https://github.com/acme/other')
    git('remote', 'add', 'origin', 'https://github.com/acme/app')
    git('config', 'core.worktree', other.top)
    git('config', 'include.path', join(other.top, '.git', 'config'))
    git('config', 'url.https://github.com/acme/other.insteadOf', 'https://github.com/acme/app')
    git('config', '--add', 'remote.origin.url', 'https://github.com/acme/second')
    const env = { ...process.env, GIT_DIR: join(other.top, '.git'), GIT_WORK_TREE: other.top }
    expect(await openRepository(top, { env })).toMatchObject({ top, head, remoteId: 'github.com/acme/app' })
  })

  it('passes by a folder that is named .git and is no git folder', async () => {
    const { top } = scratchRepository()
    mkdirSync(join(top, 'a', '.git'), { recursive: true })
    mkdirSync(join(top, 'b'))
    writeFileSync(join(top, 'b', '.git'), 'not a pointer')
    expect((await openRepository(join(top, 'a'))).top).toBe(top)
    expect((await openRepository(join(top, 'b'))).top).toBe(top)
  })

  it('refuses a folder in no working tree, and a machine without git', async () => {
    await expect(openRepository(scratchFolder())).rejects.toMatchObject({ code: 'repository_missing' })
    const { top } = scratchRepository()
    await expect(openRepository(top, { env: { PATH: scratchFolder() } })).rejects.toMatchObject({
      code: 'git_failed',
      remedy: expect.stringContaining('Install git'),
    })
  })
})
