import { expect, it } from 'vitest'
import type { GitHistory, TreeEntry } from './git-history.ts'
import { readFile } from './read-file.ts'

const unasked = () => Promise.reject(new Error('not asked for'))
const historyOf = (...names: string[]): GitHistory => ({
  entries: async () => names.map((name) => ({ mode: '100644', id: name, name })),
  blob: async () => new TextEncoder().encode('text'),
  change: unasked,
  commits: unasked,
  firstParents: unasked,
  isAncestor: unasked,
  patchDigest: unasked,
})

it.each([
  'Escalation.MD',
  'escalation\u200B.md',
  'esca\u00ADlation.md',
  '\uFEFFescalation.md',
  'ｅscalation.md',
  'еscalation.md',
  'εscalation.md',
  'esсаlаtiоn.md',
  'escаlаtıon.md ',
  'éscalation.md',
  'ESCALAΤION.md',
])('reads no file that has the twin %j', async (twin) => {
  expect(await readFile(historyOf('escalation.md', twin), 'c', 'escalation.md')).toMatchObject({
    type: 'refused',
    code: 'escalation_ambiguous',
  })
})

it('reads a file beside those of other names', async () => {
  const history = historyOf('escalation.md', 'escalations.md', 'эскалация.md', 'de-escalation.md')
  expect(await readFile(history, 'c', 'escalation.md')).toMatchObject({ type: 'file', text: 'text' })
})

const entry = (name: string, mode: string): TreeEntry => ({ mode, id: name, name })

it.each([
  ['100644', '100644'],
  ['120000', '100644'],
  ['160000', '100644'],
  ['040000', '040000'],
  ['040000', '120000'],
])('in a folder of the mode %s reads no file of the mode %s', async (folder, file) => {
  const entries = async (_commit: string, at: string) =>
    at === '' ? [entry('keys', folder)] : [entry('a.json', file)]
  expect(await readFile({ ...historyOf(), entries }, 'c', 'keys/a.json')).toMatchObject({
    type: 'refused',
    code: 'escalation_file_type',
  })
})
