/** What is vetted: one commit, or an uncommitted state, as it differs from its base. */
export interface VetSubject {
  /** A full commit id, or `index` or `working-tree`. */
  readonly head: string
  /** The files of the change as they are at the head; deleted files are not among them. */
  readonly files: readonly VetFile[]
  /** A folder with every file of the head, read-only and without git's own; made when first asked for. */
  checkout(): Promise<string>
  /** The texts at the base of the files whose paths are wanted, changed or not. */
  textsAtBase(isWanted: (path: string) => boolean): Promise<ReadonlyMap<string, string>>
}

/** A file of the change as it is at the head. */
export interface VetFile {
  /** Relative to the repository's top, with `/`. */
  path: string
  kind: 'file' | 'symlink' | 'submodule'
  /** Whether its mode lets it run. */
  executable: boolean
  /** Its text; of a symlink its target; `undefined` for binary files and submodules. */
  text: string | undefined
  /** Its text at the base; `undefined` when it was not there or was no text. */
  before: string | undefined
  /** The lines, counted from 1, that the change added or altered. */
  changedLines: ReadonlySet<number>
}
