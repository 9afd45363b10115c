/** A git working tree and where git keeps its parts. */
export interface Repository {
  /** The working tree's top folder, with symlinks resolved. */
  top: string
  /** The git folder of this working tree: index and HEAD. */
  gitFolder: string
  /** The git folder that all working trees of this clone share: objects, refs, configuration. */
  commonFolder: string
  /**
   * The id that the origin remote gives, such as `github.com/acme/app`; `undefined` without a remote that names a host.
   * It is what the clone claims of itself: what counts is which repository the trust root pins.
   */
  remoteId: string | undefined
  /** The commit checked out, or `undefined` before the first. */
  head: string | undefined
  /** The branch checked out, or `undefined` when detached. */
  branch: string | undefined
}
