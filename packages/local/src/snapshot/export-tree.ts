import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PolicyError } from '@policy/core'
import type { GitView } from '../git/git-view.ts'
import { readBlobs } from '../git/read-blobs.ts'

/** A file or symlink of a tree. */
interface TreeEntry {
  /** As bytes in Latin 1. */
  path: string
  id: string
  mode: string
  size: number
}

// So many bytes of files are held in memory at once.
const batchSize = 32 * 1024 * 1024

/**
 * Write every file of a tree into a new folder, read-only. Disposing of it removes it.
 *
 * Git's own checkout obeys attributes and filters that the tree itself sets; here every file is the bytes that git keeps, and a symlink
 * is a file that holds its target, so that no scanner follows it.
 *
 * @throws `git_failed` when the tree holds a path that leads out of the folder.
 */
export async function exportTree(view: GitView, tree: string): Promise<Disposable & { folder: string }> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'model-policy-vet-')))
  const at = (path: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')])
  const made = new Set<string>()
  const dispose = () => {
    for (const path of made) chmodSync(at(path), 0o755)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    for (const batch of inBatches(await listTree(view, tree))) {
      const blobs = await readBlobs(
        view,
        batch.map(({ id }) => id),
      )
      for (const { path, id, mode } of batch) {
        for (const above of foldersOf(path)) {
          if (!made.has(above)) mkdirSync(at(above))
          made.add(above)
        }
        const bytes = blobs.get(id) ?? Buffer.alloc(0)
        writeFileSync(at(path), bytes, { flag: 'wx', mode: mode === '100755' ? 0o555 : 0o444 })
      }
    }
    for (const path of [...made, '']) chmodSync(at(path), 0o555)
    made.add('')
    return { folder, [Symbol.dispose]: dispose }
  } catch (error) {
    dispose()
    throw error
  }
}

/** Every file and symlink of a tree or commit. */
export async function listTree(view: GitView, tree: string): Promise<TreeEntry[]> {
  const listing = (await view.read(['ls-tree', '-r', '-l', '-z', '--full-tree', tree])).toString('latin1')
  return listing.split('\0').flatMap((line) => {
    const [, mode = '', id = '', size = '', path = ''] =
      /^(\d{6}) blob ([0-9a-f]+) +(\d+)\t([^]+)$/.exec(line) ?? []
    return id === '' ? [] : [{ mode, id, size: Number(size), path }]
  })
}

function inBatches(entries: readonly TreeEntry[]): TreeEntry[][] {
  const batches: TreeEntry[][] = []
  let size = Infinity
  for (const entry of entries) {
    if (size + entry.size > batchSize) {
      batches.push([])
      size = 0
    }
    batches.at(-1)?.push(entry)
    size += entry.size
  }
  return batches
}

/** The folders that a path lies in, the outermost first. */
function foldersOf(path: string): string[] {
  const steps = path.split('/')
  if (steps.some((step) => /^(?:|\.|\.\.|\.git)$/i.test(step))) {
    throw new PolicyError(
      'git_failed',
      `the tree holds the path ${JSON.stringify(path)}, which no checkout may write`,
    )
  }
  return steps.slice(0, -1).map((_step, index) => steps.slice(0, index + 1).join('/'))
}
