import type { Change } from '@policy/core'

/** An entry of a commit's tree, as `git ls-tree` tells it. */
export interface TreeEntry {
  /** `100644` a plain file, `100755` an executable, `120000` a symlink, `160000` a submodule, `040000` a folder. */
  mode: string
  id: string
  name: string
}

/**
 * The git objects that a verdict is measured from, by full commit id. The API names commits, git says what is in them: its answers have
 * no page limits and cannot be zeroed.
 */
export interface GitHistory {
  change(base: string, head: string): Promise<Change>
  /** Commits that `head` has and `base` has not, with the paths each touches. */
  commits(
    base: string,
    head: string,
  ): Promise<readonly { id: string; parents: readonly string[]; paths: readonly string[] }[]>
  /** The first parents from `head` back to `base`, newest first. */
  firstParents(base: string, head: string): Promise<readonly string[]>
  isAncestor(ancestor: string, commit: string): Promise<boolean>
  /** What lies in a folder of a commit; `''` is the top. Empty where there is no such folder. */
  entries(commit: string, folder: string): Promise<readonly TreeEntry[]>
  blob(id: string): Promise<Uint8Array>
  /** A digest of the patch between two commits that does not depend on where in the files it applies. */
  patchDigest(from: string, to: string): Promise<string>
}
