import type { FileChange } from './change.ts'

const lockFiles: ReadonlySet<string> = new Set([
  'Cargo.lock',
  'Gemfile.lock',
  'bun.lock',
  'composer.lock',
  'go.sum',
  'npm-shrinkwrap.json',
  'package-lock.json',
  'pnpm-lock.yaml',
  'poetry.lock',
  'uv.lock',
  'yarn.lock',
])

/** Whether a path names a lock file: a package manager writes its lines, and new dependencies are counted by themselves. */
export function isLockFile(path: string): boolean {
  return lockFiles.has(path.slice(path.lastIndexOf('/') + 1))
}

const evidence = /^\.model-policy\/evidence\/[^/]+\.json$/

/** Whether a file is evidence that `audit evidence` wrote: it accompanies the work, under rules of its own, and is no part of it. */
export function isEvidence({ path, from = path, kind }: FileChange): boolean {
  return kind === 'file' && evidence.test(path) && evidence.test(from)
}
