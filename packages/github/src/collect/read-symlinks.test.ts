import { expect, it } from 'vitest'
import { aChange, aFile } from '../../test/support/a-pull-request.ts'
import type { GitHistory } from '../git/git-history.ts'
import { readSymlinks } from './read-symlinks.ts'

const unasked = () => Promise.reject(new Error('not asked for'))
const history: GitHistory = {
  entries: async (_commit, folder) =>
    folder === 'src' ? [{ mode: '120000', id: '../docs/a.md', name: 'known' }] : [],
  blob: async (id) => new TextEncoder().encode(id),
  change: unasked,
  commits: unasked,
  firstParents: unasked,
  isAncestor: unasked,
  patchDigest: unasked,
}

const link = (path: string) => aFile(path, { kind: 'symlink' })

it('takes a symlink that is not found again for one that leads out of the repository', async () => {
  const gone = aFile('src/gone', { kind: 'symlink', status: 'deleted' })
  const change = aChange(link('src/known'), link('src/strange'), link('top'), gone, aFile('src/known.ts'))
  expect(await readSymlinks(history, change)).toEqual([
    { path: 'src/known', target: '../docs/a.md' },
    { path: 'src/strange', target: '/' },
    { path: 'top', target: '/' },
  ])
})
