import type { Policy } from '../policy/policy.ts'
import type { Change } from './change.ts'
import type { MeasuredChange, SensitivePath } from './measured-change.ts'
import { folderOf, moduleOf } from './module-of.ts'
import { isEvidence, isLockFile } from './not-work.ts'
import { pathMatcher } from './path-matcher.ts'

/**
 * The size and reach of a change under a policy's sensitive patterns.
 *
 * Pure. Counts only what git reported: nothing an agent says of its own work enters here. Evidence from the audit log is no part of the
 * work, and the lines of lock files are not counted; that they changed is.
 */
export function measureChange(change: Change, policy: Policy): MeasuredChange {
  const files = change.files.filter((file) => !isEvidence(file))
  const paths = [...new Set(files.flatMap(({ path, from }) => (from === undefined ? [path] : [from, path])))]
  const manifestFolders = new Set(change.manifests.map(folderOf))
  return {
    changedFiles: paths.length,
    changedLines: files
      .filter(({ path }) => !isLockFile(path))
      .reduce((lines, { added = 0, deleted = 0 }) => lines + added + deleted, 0),
    modules: [...new Set(paths.map((path) => moduleOf(path, manifestFolders)))].toSorted(),
    sensitive: sensitiveAmong(paths, policy.document.thresholds.sensitivePaths),
    newDependencies: change.newDependencies,
    paths,
    binaryFiles: files.filter(({ kind, added }) => kind !== 'submodule' && added === undefined).length,
  }
}

function sensitiveAmong(paths: readonly string[], globs: readonly string[]): SensitivePath[] {
  const patterns = globs.map((pattern) => ({ pattern, matches: pathMatcher(pattern) }))
  return paths.flatMap((path) => {
    const found = patterns.find(({ matches }) => matches(path))
    return found ? [{ path, pattern: found.pattern }] : []
  })
}
