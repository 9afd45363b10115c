import type { GitView } from './git-view.ts'
import { missingObjects } from './missing-objects.ts'

/**
 * The bytes of blobs, by their ids.
 *
 * @throws `history_incomplete` when one is not in this clone.
 */
export async function readBlobs(view: GitView, ids: readonly string[]): Promise<Map<string, Buffer>> {
  const blobs = new Map<string, Buffer>()
  if (ids.length === 0) return blobs
  const output = await view.read(['cat-file', '--batch'], { input: ids.map((id) => `${id}\n`).join('') })
  for (let start = 0; start < output.length;) {
    const end = output.indexOf('\n', start)
    const [id = '', type, size] = output.toString('latin1', start, end).split(' ')
    if (type !== 'blob') throw missingObjects()
    const contentEnd = end + 1 + Number(size)
    blobs.set(id, output.subarray(end + 1, contentEnd))
    start = contentEnd + 1
  }
  return blobs
}
