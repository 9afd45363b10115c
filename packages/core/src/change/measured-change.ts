/** A path that a sensitive pattern matched. */
export interface SensitivePath {
  /** As the change names it. */
  path: string
  /** The policy's glob. */
  pattern: string
}

/** The size and reach of a change: what thresholds are compared with. */
export interface MeasuredChange {
  /** Distinct paths touched; a rename touches two. */
  changedFiles: number
  /** Added plus deleted lines over all text files but lock files. */
  changedLines: number
  /** Distinct modules touched: nearest manifest folder, else top folder; `.` is the repository's top. */
  modules: readonly string[]
  /** Paths that a sensitive pattern of the policy matched. */
  sensitive: readonly SensitivePath[]
  /** As in `Change`. */
  newDependencies: readonly string[]
  /** Every path touched, both sides of renames. */
  paths: readonly string[]
  /** Binary files, whose lines cannot be counted. */
  binaryFiles: number
}
