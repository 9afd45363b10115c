/** One path of a change as git reports it. */
export interface FileChange {
  /**
   * Path relative to the repository's top, with `/`. Every byte sequence git allows survives: bytes that are not UTF-8 are
   * written `\xNN`, and so is a backslash that would read as one of those.
   */
  path: string
  /** The path before a rename or copy, written as `path` is. */
  from?: string
  /** What git says became of it. */
  status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'type-changed' | 'unmerged'
  /** What it is now; for a deleted path, what it was. */
  kind: 'file' | 'symlink' | 'submodule'
  /** Lines added; `undefined` for binary files and submodules. */
  added: number | undefined
  /** Lines deleted; `undefined` for binary files and submodules. */
  deleted: number | undefined
  /** Whether the executable bit changed, along with the content or instead of it. */
  modeChanged: boolean
}

/** A change as read: its files, and between which commits. */
export interface Change {
  /** The merge base, as a full commit id. */
  base: string
  /** The head as a full commit id, or which uncommitted state was read: `index` or `working-tree`. */
  head: string
  /** In the order of git. */
  files: readonly FileChange[]
  /** Every manifest (package.json, go.mod, …) that makes a folder of the repository a module. */
  manifests: readonly string[]
  /** Packages that manifests name now and did not name at the base, as `manifest: name`. */
  newDependencies: readonly string[]
}
