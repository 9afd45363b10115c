import { isUtf8 } from 'node:buffer'
import { type FileChange, PolicyError } from '@policy/core'
import { decodePath } from './decode-path.ts'

/** One file of a change, with the ids of its content before and after. */
export interface DiffRow {
  file: FileChange
  /** Blob id at the base; all zeros when there is none. */
  before: string
  /** Blob id at the head; all zeros when there is none. */
  after: string
  /** Whether its mode at the head lets it run. */
  executable: boolean
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
    if (header.startsWith(':')) {
      const row = rawRow(header, next)
      rows.set(keyOf(row.file), row)
    } else {
      addCounts(rows, header, next)
      counted += 1
    }
  }
  if (counted !== rows.size) throw misread(`it named ${rows.size} files and counted ${counted}`)
  return [...rows.values()]
}

type Next = () => string | undefined

/** The fields one by one. What git adds to paths is ASCII, so decoding a field decodes the path in it. */
function fieldsOf(output: Buffer): Next {
  if (output.length > 0 && output.at(-1) !== 0) throw misread('its output does not end with NUL')
  const fields = isUtf8(output)
    ? decodePath(output).split('\0')
    : output
        .toString('latin1')
        .split('\0')
        .map((field) => decodePath(Buffer.from(field, 'latin1')))
  let at = 0
  return () => (at < fields.length - 1 ? fields[at++] : undefined)
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
  return { file, before, after, executable: newMode === '100755' }
}

function addCounts(rows: Map<string, DiffRow>, header: string, next: Next): void {
  const [, added, deleted, rest] = /^(-|\d+)\t(-|\d+)\t(.*)$/s.exec(header) ?? []
  const binary = added === '-'
  if (rest === undefined || binary !== (deleted === '-')) {
    throw misread(`it printed ${JSON.stringify(header)}`)
  }
  const key = keyOf(rest === '' ? { from: pathFrom(next), path: pathFrom(next) } : { path: rest })
  const row = rows.get(key)
  if (row === undefined) throw misread(`it counted ${key} without naming it`)
  if (binary || row.file.kind === 'submodule') return
  row.file.added = Number(added)
  row.file.deleted = Number(deleted)
}

const keyOf = ({ from, path }: { from?: string; path: string }) => `${from ?? ''}\0${path}`

function pathFrom(next: Next): string {
  const path = next()
  if (path === undefined || path === '') throw misread('a path is missing')
  return path
}

const isFile = (mode: string) => mode.startsWith('100')

function kindOf(mode: string): FileChange['kind'] {
  if (mode === '120000') return 'symlink'
  return mode === '160000' ? 'submodule' : 'file'
}

const misread = (fact: string) =>
  new PolicyError('git_failed', `git diff answered in an unknown form: ${fact}`)
