import { fold, pathMatcher, type Policy } from '@policy/core'
import { posix } from 'node:path'
import type { PullRequestEvidence } from '../evidence/pull-request-evidence.ts'
import { headReviews } from '../approval/reviews.ts'
import type { VerdictFinding } from './verdict.ts'

/** What judges a change: whoever edits it could let anything pass. */
const judging = [
  'model-policy.{yaml,yml,json}',
  '.model-policy/**',
  '.github/workflows/**',
  '.github/actions/**',
  '**/CODEOWNERS',
  'action.{yml,yaml}',
  // Where the gate's own program is installed from, and what runs before it, or in its place: a package manager takes what it finds
  // unpacked for unpacked from what is locked. Yarn holds its cache against the lock file.
  '.npmrc',
  '.corepack.env',
  '.env.yarn',
  '.yarnrc{,.yml}',
  '.yarn/!(cache)/**',
  '.yarn/!(cache)',
  'yarn.config.cjs',
  'pnpm-workspace.yaml',
  '.pnpmfile.*',
  'node_modules/**',
]
const evidenceFolder = '.model-policy/evidence/'

/**
 * Judge what a pull request touches, whoever made it: its own judges, attributes, submodules, symlinks, evidence of others.
 *
 * A maintainer's review of this head settles what needs a maintainer. Pure.
 */
export function judgeChange(pullRequest: PullRequestEvidence, policy: Policy): VerdictFinding[] {
  const { change, symlinks, gateLocks } = pullRequest
  const touched = change.files.flatMap(({ path, from }) => (from === undefined ? [path] : [from, path]))
  const judges = judging.flatMap((glob) => [pathMatcher(glob), pathMatcher(fold(glob))])
  // What a person may read as a judge is one: merged, it would have nobody know which of the two is meant.
  const isJudge = (path: string) => judges.some((matches) => matches(path) || matches(fold(path)))
  const maintainer = headReviews(pullRequest, policy).find(({ standing }) => isMaintainer(standing))
  const needs = (
    code: VerdictFinding['code'],
    paths: readonly string[],
    reason: string,
  ): VerdictFinding[] => {
    if (paths.length === 0) return []
    const saw = paths
      .slice(0, 5)
      .map((path) => JSON.stringify(path))
      .join(', ')
    const finding = { question: 'may-merge', saw, ...(code ? { code } : {}) } as const
    if (maintainer)
      return [{ ...finding, effect: 'pass', reason: `${reason}; ${maintainer.person} reviewed this head` }]
    return [
      {
        ...finding,
        effect: 'needs-maintainer',
        reason,
        remedy: 'have a maintainer who did not work on it review this head',
      },
    ]
  }
  // What this pull request brings of its own is new to the base, whatever commits it took.
  const merged = change.files.filter(
    ({ path, from, status }) => isEvidence(from ?? path) && status !== 'added',
  )
  return [
    ...merged.map(({ path, status }): VerdictFinding => ({
      question: 'may-merge',
      effect: 'fail',
      code: 'evidence_altered',
      saw: `${JSON.stringify(path)} is ${status}`,
      reason: 'evidence that is merged stays as it is',
      remedy: 'restore the file',
    })),
    ...needs(
      'protected_path',
      touched.filter((path) => !isEvidence(path) && isJudge(path)),
      'the change touches what judges it; it is judged by what the base branch has',
    ),
    ...needs(
      'protected_path',
      gateLocks,
      'it alters what is said of model-policy, of @policy/* or of the package manager: once merged, that judges what comes next',
    ),
    ...needs(
      'attributes_changed',
      touched.filter((path) => /(?:^|\/)\.gitattributes$/i.test(path)),
      'attributes can hide files from a reader; they were measured as they are',
    ),
    ...needs(
      'submodule_changed',
      change.files
        .filter(
          ({ kind, path, status }) =>
            // What a path was before it became a file git does not tell here: a submodule, or a symlink.
            kind === 'submodule' || (kind === 'file' && status === 'type-changed') || path === '.gitmodules',
        )
        .map(({ path }) => path),
      'a submodule, or what takes the place of one, brings in what nothing here looks at',
    ),
    ...needs(
      'symlink_escapes',
      symlinks.filter(({ path, target }) => escapes(path, target)).map(({ path }) => path),
      'a symlink may lead out of the working tree, or into .git',
    ),
  ]
}

const isEvidence = (path: string) => path.toLowerCase().startsWith(evidenceFolder)

const isMaintainer = ({ role, permission }: { role: string; permission: string }) =>
  role === 'maintain' || role === 'admin' || permission === 'admin'

function escapes(path: string, target: string): boolean {
  if (target.startsWith('/') || /^[A-Za-z]:|\\/.test(target)) return true
  const steps = target.split('/').filter((step) => step !== '' && step !== '.')
  // What a named step is can be another symlink, so `..` after one leads where only a working tree could tell.
  const ups = steps.findLastIndex((step) => step === '..') + 1
  if (steps.slice(0, ups).some((step) => step !== '..')) return true
  const resolved = posix.normalize(posix.join(posix.dirname(path), target)).split('/')
  return resolved[0] === '..' || resolved.some((step) => step.toLowerCase() === '.git')
}
