import type { GitView } from '../git/git-view.ts'
import { missingObjects } from '../git/missing-objects.ts'
import type { DiffRow } from '../git/parse-diff.ts'
import { dependenciesOf, namesDependencies } from './dependencies-of.ts'

/**
 * Packages that the manifests of a change name now and did not name before, as `manifest: name`.
 *
 * A manifest that cannot be read as what it should be is reported as `manifest: ?`: it may name anything.
 */
export async function newDependencies(view: GitView, rows: readonly DiffRow[]): Promise<string[]> {
  const touched = rows.filter(
    ({ file, after }) => namesDependencies(file.path) && file.kind === 'file' && exists(after),
  )
  if (touched.length === 0) return []
  const texts = await readBlobs(
    view,
    touched.flatMap(({ before, after }) => [before, after].filter(exists)),
  )
  const found = await Promise.all(
    touched.map(async ({ file, before, after }) => {
      const was = await dependenciesOf(file.from ?? file.path, texts.get(before) ?? '')
      const is = await dependenciesOf(file.path, texts.get(after) ?? '')
      const added = is?.filter((name) => !was?.includes(name)) ?? ['?']
      return added.map((name) => `${file.path}: ${name}`)
    }),
  )
  return found.flat()
}

const exists = (blob: string) => !/^0+$/.test(blob)

/** The text of each blob; bytes that are not UTF-8 read as U+FFFD. */
async function readBlobs(view: GitView, ids: readonly string[]): Promise<Map<string, string>> {
  const output = await view.read(['cat-file', '--batch'], { input: ids.map((id) => `${id}\n`).join('') })
  const texts = new Map<string, string>()
  for (let start = 0; start < output.length;) {
    const end = output.indexOf('\n', start)
    const [id = '', type, size] = output.toString('latin1', start, end).split(' ')
    if (type !== 'blob') throw missingObjects()
    const contentEnd = end + 1 + Number(size)
    texts.set(id, output.toString('utf8', end + 1, contentEnd))
    start = contentEnd + 1
  }
  return texts
}
