import { copyFile, readdir, stat, symlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { GitView } from '../git/git-view.ts'

/**
 * Give a view a copy of a working tree's index, so that nothing that is read there writes to the original.
 *
 * The copy is dated to the second before the original's time: git then compares the content of files that changed close to it.
 */
export async function copyIndex(gitFolder: string, view: GitView): Promise<void> {
  const index = join(gitFolder, 'index')
  const { mtimeMs } = await stat(index).catch(() => ({ mtimeMs: undefined }))
  if (mtimeMs === undefined) return // nothing was ever staged
  const copy = join(view.folder, 'index')
  await copyFile(index, copy)
  const time = Math.floor(mtimeMs / 1000)
  await utimes(copy, time, time)
  const shared = (await readdir(gitFolder)).filter((name) => name.startsWith('sharedindex.'))
  await Promise.all(shared.map((name) => symlink(join(gitFolder, name), join(view.folder, name))))
}

/**
 * The tree that committing everything in a working tree would make, untracked files included; written into the view only.
 *
 * Files that `.gitignore` files of the tree exclude stay out; the user's own excludes do not count, nor do index flags
 * that tell git to look away.
 */
export async function treeOfWorkingTree(top: string, gitFolder: string, view: GitView): Promise<string> {
  await copyIndex(gitFolder, view)
  const listing = await view.read(['ls-files', '-v', '-z'], { workTree: top })
  // `ls-files -v` marks an entry that is assumed unchanged with a lower-case letter.
  const assumed = listing
    .toString('latin1')
    .split('\0')
    .filter((line) => /^[a-z]/.test(line))
  if (assumed.length > 0) {
    const input = Buffer.from(assumed.map((line) => `${line.slice(2)}\0`).join(''), 'latin1')
    await view.read(['update-index', '--no-assume-unchanged', '-z', '--stdin'], { workTree: top, input })
  }
  await view.read(['-c', 'core.untrackedCache=false', 'add', '--all', '--sparse', '--', '.'], {
    workTree: top,
  })
  return (await view.read(['write-tree'])).toString().trim()
}
