/** One path of a change as git reports it. */
export interface FileChange {
  /** Path relative to the repository's top, with `/`; every byte sequence git allows survives (undecodable bytes as `\xNN`). */
  path: string
  /** The path before a rename or copy. */
  from?: string
  status: 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'type-changed' | 'unmerged'
  kind: 'file' | 'symlink' | 'submodule'
  /** Lines added; `undefined` for binary files and submodules. */
  added: number | undefined
  /** Lines deleted; `undefined` for binary files and submodules. */
  deleted: number | undefined
  /** Whether only the mode or the executable bit changed along with, or instead of, the content. */
  modeChanged: boolean
}

/** A change as read: its files, and between which commits. */
export interface Change {
  /** The merge base, as a full commit id. */
  base: string
  /** The head as a full commit id, or which uncommitted state was read. */
  head: string
  files: readonly FileChange[]
  /** Every manifest (package.json, go.mod, …) known in the repository: what makes a folder a module. */
  manifests: readonly string[]
  /** Packages that manifests name now and did not name at the base, as `manifest: name`. */
  newDependencies: readonly string[]
}

/** A path that a sensitive pattern matched. */
export interface SensitivePath {
  path: string
  pattern: string
}

/** The size and reach of a change: what thresholds are compared with. */
export interface MeasuredChange {
  changedFiles: number
  /** Added plus deleted lines over all text files. */
  changedLines: number
  /** Distinct modules touched: nearest manifest folder, else top folder. */
  modules: readonly string[]
  sensitive: readonly SensitivePath[]
  newDependencies: readonly string[]
  /** Every path touched, both sides of renames. */
  paths: readonly string[]
  /** Binary files, whose lines cannot be counted. */
  binaryFiles: number
}
