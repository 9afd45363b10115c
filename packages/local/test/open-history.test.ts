import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openHistory } from '../src/history/open-history.ts'
import { openRepository } from '../src/repository/open-repository.ts'
import { scratchRepository } from './support/scratch-repository.ts'

const open = async (top: string) => openHistory({ repository: await openRepository(top) })

const isFile = ({ mode }: { mode: string }) => mode === '100644'

const text = (changed: readonly string[]) => `${changed.join('\n')}\n`

describe('openHistory', () => {
  it('tells what each commit touches, merges only by what they change themselves', async () => {
    const { top, git, commit } = scratchRepository()
    const base = commit({ 'a.txt': '1\n', 'b.txt': '1\n' })
    git('checkout', '--quiet', '-b', 'side')
    const side = commit({ 'dir/ü "q".txt': '1\n' })
    git('checkout', '--quiet', 'main')
    const main = commit({ 'b.txt': '2\n' })
    git('merge', '--quiet', '--no-ff', '--no-commit', 'side')
    const merge = commit({ 'a.txt': 'slipped in\n' })
    using history = await open(top)
    const commits = await history.commits(base, merge)
    expect(new Map(commits.map(({ id, paths }) => [id, paths]))).toEqual(
      new Map([
        [merge, ['a.txt']],
        [main, ['b.txt']],
        [side, ['dir/ü "q".txt']],
      ]),
    )
    expect(await history.firstParents(base, merge)).toEqual([merge, main])
  })

  it('knows what a commit builds on, whatever dates commits claim', async () => {
    const { top, git, commit } = scratchRepository()
    const base = commit({ 'a.txt': '1\n' })
    const stream = Array.from({ length: 20 }, (_, index) =>
      [
        `commit refs/heads/old`,
        `mark :${index + 1}`,
        `committer T <t@example.com> ${1000 + index} +0000`,
        'data 1',
        'x',
        index === 0 ? `from ${base}` : `from :${index}`,
        '',
      ].join('\n'),
    ).join('\n')
    execFileSync('git', ['fast-import', '--quiet'], { cwd: top, input: stream })
    const old = git('rev-parse', 'old').trim()
    using history = await open(top)
    expect(await history.isAncestor(base, old)).toBe(true)
    expect(await history.isAncestor(old, base)).toBe(false)
    expect(await history.commits(base, old)).toHaveLength(20)
  })

  it('refuses a change between sides that have several merge bases, until one takes the other in', async () => {
    const { top, git, commit } = scratchRepository()
    commit({ rule: 'loose\n' })
    git('checkout', '--quiet', '-b', 'work')
    const left = commit({ left: '1\n' })
    git('checkout', '--quiet', 'main')
    const right = commit({ rule: 'strict\n' })
    git('merge', '--quiet', '--no-edit', left)
    const base = git('rev-parse', 'HEAD').trim()
    git('checkout', '--quiet', 'work')
    git('merge', '--quiet', '--no-edit', right)
    const head = commit({ rule: 'loose\n' })
    using history = await open(top)
    await expect(history.change(base, head)).rejects.toMatchObject({
      code: 'history_incomplete',
      remedy: 'Update the branch: merge the base branch into it.',
    })
    git('merge', '--quiet', '--no-edit', 'main')
    const updated = git('rev-parse', 'HEAD').trim()
    const { files } = await history.change(base, updated)
    expect(files.map(({ path }) => path)).toEqual(['rule'])
  })

  it('reads a folder with modes and blobs, and nothing where there is none', async () => {
    const { top, commit } = scratchRepository()
    const id = commit({ 'x/y.txt': 'text', 'x/z/w.txt': '' })
    using history = await open(top)
    const entries = await history.entries(id, 'x')
    expect(entries.map(({ mode, name }) => [mode, name])).toEqual([
      ['100644', 'y.txt'],
      ['040000', 'z'],
    ])
    expect((await history.blob(entries[0]?.id ?? '')).toString()).toBe('text')
    expect(await history.entries(id, 'none')).toEqual([])
    expect(await history.entries(id, 'x*')).toEqual([])
  })

  it('reads a thousand entries and large files, asked all at once', async () => {
    const { top, commit } = scratchRepository()
    const names = Array.from({ length: 1000 }, (_, index) => `many/file-${index}.txt`)
    const id = commit({
      ...Object.fromEntries(names.map((name) => [name, `${name}\n`])),
      'large.bin': `${'x'.repeat(99)}\n`.repeat(30_000),
      'empty.txt': '',
    })
    using history = await open(top)
    const [root, many] = await Promise.all([history.entries(id, ''), history.entries(id, 'many')])
    expect(many).toHaveLength(1000)
    const blobs = await Promise.all([...root, ...many].filter(isFile).map((entry) => history.blob(entry.id)))
    expect(blobs.map(({ length }) => length).slice(0, 2)).toEqual([0, 3_000_000])
    expect(blobs.slice(2).map(String)).toEqual(many.map(({ name }) => `many/${name}\n`))
  })

  it('reads the trees of a SHA-256 repository', async () => {
    const { top, commit } = scratchRepository('--object-format=sha256')
    const id = commit({ 'x/y.txt': 'text' })
    using history = await open(top)
    const [entry] = await history.entries(id, 'x')
    expect(entry).toMatchObject({
      mode: '100644',
      name: 'y.txt',
      id: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect((await history.blob(entry?.id ?? '')).toString()).toBe('text')
  })

  it('refuses an object that is not here, or is something else', async () => {
    const { top, commit } = scratchRepository()
    const id = commit({ 'a.txt': '1' })
    using history = await open(top)
    const incomplete = { code: 'history_incomplete' }
    await expect(history.entries('a'.repeat(40), '')).rejects.toMatchObject(incomplete)
    await expect(history.blob('a'.repeat(40))).rejects.toMatchObject(incomplete)
    await expect(history.blob(id)).rejects.toMatchObject(incomplete)
  })

  it('is an error, not a hang, where git cannot be started or ends', async () => {
    const { top, commit } = scratchRepository()
    const id = commit({ 'a.txt': '1' })
    const repository = await openRepository(top)
    using history = openHistory({ repository, env: { PATH: '/nowhere' } })
    await expect(history.entries(id, '')).rejects.toMatchObject({ code: 'git_failed' })
    using broken = openHistory({ repository: { ...repository, commonFolder: join(top, 'none') } })
    await expect(broken.entries(id, '')).rejects.toMatchObject({ code: 'history_incomplete' })
  })

  it('gives one digest for a patch wherever it applies, another for any other patch', async () => {
    const { top, git, commit } = scratchRepository()
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`)
    const from = commit({ 'a.txt': text(lines), 'b.bin': '\0\u0001' })
    const changed = lines.with(20, 'changed')
    const to = commit({ 'a.txt': text(changed), 'b.bin': '\0\u0002' })
    git('checkout', '--quiet', '--detach', from)
    const moved = commit({ 'a.txt': text(['new', ...lines]) })
    const again = commit({ 'a.txt': text(['new', ...changed]), 'b.bin': '\0\u0002' })
    const spaced = commit({ 'a.txt': text(['new', ...lines.with(20, 'changed ')]) })
    const otherBinary = commit({ 'a.txt': text(['new', ...changed]), 'b.bin': '\0\u0003' })
    using history = await open(top)
    const digest = await history.patchDigest(from, to)
    expect(await history.patchDigest(moved, again)).toBe(digest)
    expect(await history.patchDigest(moved, spaced)).not.toBe(digest)
    expect(await history.patchDigest(moved, otherBinary)).not.toBe(digest)
  })

  it.each(['main', 'HEAD', '--all', 'a'.repeat(40)])(
    'refuses %s: it takes full ids of commits that are here',
    async (name) => {
      const { top, commit } = scratchRepository()
      const id = commit({ 'a.txt': '1' })
      using history = await open(top)
      await expect(history.commits(id, name)).rejects.toMatchObject({ code: 'history_incomplete' })
    },
  )
})
