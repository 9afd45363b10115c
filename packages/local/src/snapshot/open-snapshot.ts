import { isUtf8 } from 'node:buffer'
import type { FileChange } from '@policy/core'
import { openState, type OpenStateOptions, readRows, treeOf } from '../change/state.ts'
import type { DiffRow } from '../git/parse-diff.ts'
import { readBlobs } from '../git/read-blobs.ts'
import { changedLines } from './changed-lines.ts'
import { exportTree, listTree } from './export-tree.ts'

/** What a change made of its files, and every file of its head when asked for. */
export interface Snapshot extends AsyncDisposable {
  /** The merge base, as a full commit id; of `empty-tree`, that tree's. */
  base: string
  /** A full commit id, `index` or `working-tree`. */
  head: string
  /** The files of the change as they are at the head, without those that it deleted. */
  files: readonly SnapshotFile[]
  /**
   * A folder with every file of the head, read-only, byte for byte as git keeps it, without git's own; a symlink is a file that holds its
   * target. Made when first asked for, removed with the snapshot.
   */
  checkout(): Promise<string>
  /** The texts at the merge base of the files whose paths are wanted; without symlinks and binary files. */
  textsAtBase(isWanted: (path: string) => boolean): Promise<ReadonlyMap<string, string>>
}

/** A file of a change as it is at the head. */
export interface SnapshotFile extends Pick<FileChange, 'path' | 'kind'> {
  /** Whether its mode lets it run. */
  executable: boolean
  /** Its text; of a symlink its target; `undefined` for binary files and submodules. */
  text: string | undefined
  /** Its text at the base; `undefined` when it was not there under this name, or was no text. */
  before: string | undefined
  /** The lines, counted from 1, that the change added or altered. */
  changedLines: ReadonlySet<number>
}

/** What a snapshot is of. */
export interface OpenSnapshotOptions extends OpenStateOptions {
  /** Whether a file is text by its path, though it holds a NUL. @default none is */
  isText?: (path: string) => boolean
}

/**
 * Open what a change made of its files, as `readChange` compares: nothing that the change or the machine configures alters it. With the
 * base `empty-tree` everything that is there counts as made by it; a branch of that name is meant by `refs/heads/empty-tree`.
 *
 * @throws `history_incomplete`, `git_failed`.
 */
export async function openSnapshot(options: OpenSnapshotOptions): Promise<Snapshot> {
  const { isText = () => false, ...stateOptions } = options
  const state = await openState({
    ...stateOptions,
    base: options.base === 'empty-tree' ? undefined : options.base,
  })
  try {
    const { view, base, head } = state
    const rows = (await readRows(state)).filter(({ file }) => file.status !== 'deleted')
    const tree = await treeOf(state)
    const blobs = await readBlobs(view, rows.flatMap(blobsOf))
    const lines = await changedLines(view, base, tree)
    let checkout: Promise<Disposable & { folder: string }> | undefined
    return {
      base,
      head,
      files: rows.map((row) => fileOf(row, blobs, lines, isText)),
      async checkout() {
        checkout ??= exportTree(view, tree)
        return (await checkout).folder
      },
      async textsAtBase(isWanted) {
        const wanted = (await listTree(view, base))
          .map(({ path, id, mode }) => ({ path: Buffer.from(path, 'latin1').toString(), id, mode }))
          .filter(({ path, mode }) => mode.startsWith('100') && isWanted(path))
        const found = await readBlobs(
          view,
          wanted.map(({ id }) => id),
        )
        return new Map(
          wanted.flatMap(({ path, id }) => {
            const text = textOf(found.get(id), isText(path))
            return text === undefined ? [] : [[path, text] as const]
          }),
        )
      },
      async [Symbol.asyncDispose]() {
        ;(await checkout)?.[Symbol.dispose]()
        state[Symbol.dispose]()
      },
    }
  } catch (error) {
    state[Symbol.dispose]()
    throw error
  }
}

/**
 * A file of the change. One that was moved, or was a symlink or a submodule before, counts as new: what was harmless as a text, or as the
 * name of another file, may not be as a script.
 */
function fileOf(
  { file, before, after, executable }: DiffRow,
  blobs: ReadonlyMap<string, Buffer>,
  lines: ReadonlyMap<string, ReadonlySet<number>>,
  isText: (path: string) => boolean,
): SnapshotFile {
  const { path, kind, from, status } = file
  const text = kind === 'submodule' ? undefined : textOf(blobs.get(after), isText(path))
  const isNew = from !== undefined || status === 'type-changed'
  // git counts lines by bytes, and those of UTF-16 end in two
  const isCounted = !isNew && wideEncodingOf(blobs.get(after)) === undefined
  return {
    path,
    kind,
    executable,
    text,
    before: isNew ? undefined : textOf(blobs.get(before), isText(path)),
    // a change of the mode alone has no lines of its own
    changedLines: (isCounted ? lines.get(`${before}..${after}`) : undefined) ?? allLines(text),
  }
}

const allLines = (text = '') =>
  new Set(
    text
      .split('\n')
      .flatMap((line, index, all) => (line === '' && index === all.length - 1 ? [] : [index + 1])),
  )

/** The blobs of a row that are there: a submodule has none, neither has an added file before. */
function blobsOf({ file, before, after }: DiffRow): string[] {
  if (file.kind === 'submodule') return []
  return file.status === 'type-changed' ? [after] : [before, after].filter((id) => !/^0+$/.test(id))
}

/**
 * Bytes as text: UTF-16 by its mark, else UTF-8; those that are neither read as Latin 1, so that nothing in them stays unseen. With a NUL
 * they are binary, unless the path or the first line says otherwise.
 */
function textOf(bytes: Buffer | undefined, isText: boolean): string | undefined {
  if (bytes === undefined) return undefined
  const wide = wideEncodingOf(bytes)
  if (wide !== undefined) {
    const text = new TextDecoder(wide).decode(bytes)
    if (isText || !/[\0\uFFFD]/.test(text)) return text
  }
  if (bytes.includes(0) && !isText && !bytes.toString('latin1', 0, 2).startsWith('#!')) return undefined
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1')
}

function wideEncodingOf(bytes: Buffer | undefined): 'utf-16le' | 'utf-16be' | undefined {
  const mark = bytes?.toString('hex', 0, 2)
  return mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : undefined
}
