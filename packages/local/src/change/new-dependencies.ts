import type { GitView } from '../git/git-view.ts'
import type { DiffRow } from '../git/parse-diff.ts'
import { readBlobs } from '../git/read-blobs.ts'
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
  const blobs = await readBlobs(
    view,
    touched.flatMap(({ before, after }) => [before, after].filter(exists)),
  )
  const textOf = (id: string) => blobs.get(id)?.toString() ?? ''
  const found = await Promise.all(
    touched.map(async ({ file, before, after }) => {
      const was = await dependenciesOf(file.from ?? file.path, textOf(before))
      const is = await dependenciesOf(file.path, textOf(after))
      const added = is?.filter((name) => !was?.includes(name)) ?? ['?']
      return added.map((name) => `${file.path}: ${name}`)
    }),
  )
  return found.flat()
}

const exists = (blob: string) => !/^0+$/.test(blob)
