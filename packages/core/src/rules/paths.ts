import { pathMatcher } from '../change/path-matcher.ts'
import { condition, type Condition, type Facts } from './condition.ts'

/**
 * `paths`: any file the work touches, claimed or measured, matches one of the globs.
 *
 * A claim of no files at all says nothing; a measured change of no files says that nothing has changed so far.
 */
export function paths(wanted: readonly string[]): Condition {
  const matchers = wanted.map(pathMatcher)
  return condition({
    name: 'paths',
    wants: wanted.join(' or '),
    read: touched,
    holds: (files) => files.some((file) => matchers.some((matches) => matches(file))),
    show: (files) => (files.length === 0 ? '(none)' : files.slice(0, 5).join(', ')),
  })
}

function touched({ context: { paths: claimed = [], change } }: Facts): readonly string[] | undefined {
  if (change === undefined) return claimed.length === 0 ? undefined : claimed
  return claimed.length === 0 ? change.paths : [...claimed, ...change.paths]
}
