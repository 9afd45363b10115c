import { diffOptions } from '../change/state.ts'
import type { GitView } from '../git/git-view.ts'

/**
 * The lines that differ at the head, counted from 1, by the ids of the blobs before and after, as `before..after`.
 *
 * Read from `git diff-tree -p -U0 --text --full-index`: of each file the `index` line and the `@@` lines, whose second range is the
 * head's. A line of content always begins with `+`, `-` or `\`, so nothing in a file can pass for one of those.
 */
export async function changedLines(
  view: GitView,
  base: string,
  tree: string,
): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const format = ['-r', '-p', '-U0', '--text', '--full-index', '-M', '-l1000', '--inter-hunk-context=0']
  const patch = await view.read(['diff-tree', ...format, ...diffOptions, base, tree])
  const files = new Map<string, Set<number>>()
  let lines = new Set<number>()
  for (const line of patch.toString('latin1').split('\n')) {
    const index = /^index ([0-9a-f]+\.\.[0-9a-f]+)(?: \d{6})?$/.exec(line)?.[1]
    if (index !== undefined) {
      lines = files.get(index) ?? new Set()
      files.set(index, lines)
    }
    const [, start = '', count = '1'] = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@/.exec(line) ?? []
    if (start === '') continue
    for (let number = Number(start); number < Number(start) + Number(count); number++) lines.add(number)
  }
  return files
}
