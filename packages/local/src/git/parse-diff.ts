import { type FileChange, PolicyError } from '@policy/core'
import { decodePath } from './decode-path.ts'

/** One file of a change, with the ids of its content before and after. */
export interface DiffRow {
  file: FileChange
  /** Blob id at the base; all zeros when there is none. */
  before: string
  /** Blob id at the head; all zeros when there is none. */
  after: string
}

const statuses: Readonly<Record<string, FileChange['status']>> = {
  A: 'added',
  C: 'copied',
  D: 'deleted',
  M: 'modified',
  R: 'renamed',
  T: 'type-changed',
  U: 'unmerged',
}

/**
 * The files in the output of `git diff --raw --numstat -z`, in git's order.
 *
 * ```
 * :100644 100644 <id> <id> M NUL path NUL                       raw; a rename has R080 and two paths
 * 12 TAB 3 TAB path NUL                                         numstat; binary files have `-` for both counts
 * 12 TAB 3 TAB NUL old path NUL new path NUL                    numstat of a rename
 * ```
 *
 * Source: git-diff(1), "Raw output format" and "Other diff formats". The output quotes whatever the change's author chose.
 *
 * @throws `git_failed` when a part is not in this form.
 */
export function parseDiff(output: Buffer): DiffRow[] {
  const next = fieldsOf(output)
  const rows = new Map<string, DiffRow>()
  let counted = 0
  for (let header = next(); header !== undefined; header = next()) {
    if (header[0] === colon) {
      const row = rawRow(header.toString('latin1'), next)
      rows.set(keyOf(row.file), row)
    } else {
      addCounts(rows, header, next)
      counted += 1
    }
  }
  if (counted !== rows.size) throw misread(`it named ${rows.size} files and counted ${counted}`)
  return [...rows.values()]
}

type Next = () => Buffer | undefined

const colon = 0x3a
const tab = 0x09

function fieldsOf(output: Buffer): Next {
  let start = 0
  return () => {
    if (start >= output.length) return undefined
    const end = output.indexOf(0, start)
    if (end === -1) throw misread('its output does not end with NUL')
    const field = output.subarray(start, end)
    start = end + 1
    return field
  }
}

function rawRow(header: string, next: Next): DiffRow {
  const found = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/.exec(header)
  const [, oldMode = '', newMode = '', before = '', after = '', letter = ''] = found ?? []
  const status = statuses[letter]
  if (status === undefined) throw misread(`it printed ${JSON.stringify(header)}`)
  const first = pathFrom(next)
  const moved = status === 'renamed' || status === 'copied'
  const file: FileChange = {
    path: moved ? pathFrom(next) : first,
    ...(moved ? { from: first } : {}),
    status,
    kind: kindOf(newMode === '000000' ? oldMode : newMode),
    added: undefined,
    deleted: undefined,
    modeChanged: isFile(oldMode) && isFile(newMode) && oldMode !== newMode,
  }
  return { file, before, after }
}

function addCounts(rows: Map<string, DiffRow>, header: Buffer, next: Next): void {
  const firstTab = header.indexOf(tab)
  const secondTab = header.indexOf(tab, firstTab + 1)
  const added = header.toString('latin1', 0, firstTab)
  const deleted = header.toString('latin1', firstTab + 1, secondTab)
  const binary = added === '-' && deleted === '-'
  if (secondTab === -1 || (!binary && !/^\d+ \d+$/.test(`${added} ${deleted}`))) {
    throw misread(`it printed ${JSON.stringify(header.toString())}`)
  }
  const rest = header.subarray(secondTab + 1)
  const key =
    rest.length > 0
      ? keyOf({ path: decodePath(rest) })
      : keyOf({ from: pathFrom(next), path: pathFrom(next) })
  const row = rows.get(key)
  if (row === undefined) throw misread(`it counted ${key} without naming it`)
  if (binary || row.file.kind === 'submodule') return
  row.file = { ...row.file, added: Number(added), deleted: Number(deleted) }
}

const keyOf = ({ from, path }: { from?: string; path: string }) => `${from ?? ''}\0${path}`

function pathFrom(next: Next): string {
  const field = next()
  if (field === undefined || field.length === 0) throw misread('a path is missing')
  return decodePath(field)
}

const isFile = (mode: string) => mode.startsWith('100')

function kindOf(mode: string): FileChange['kind'] {
  if (mode === '120000') return 'symlink'
  return mode === '160000' ? 'submodule' : 'file'
}

const misread = (fact: string) =>
  new PolicyError('git_failed', `git diff answered in an unknown form: ${fact}`)
