import { pathMatcher } from '../change/path-matcher.ts'
import { condition, type Condition } from './condition.ts'

/** `paths`: any file the work touches, claimed or measured, matches one of the globs. */
export function paths(wanted: readonly string[]): Condition {
  const matchers = wanted.map(pathMatcher)
  return condition({
    name: 'paths',
    wants: wanted.join(' or '),
    holds: (files) => files.some((file) => matchers.some((matches) => matches(file))),
    show: (files) => (files.length === 0 ? '(none)' : files.slice(0, 5).join(', ')),
  })
}
