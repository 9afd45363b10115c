import picomatch from 'picomatch/posix.js'

/**
 * A test whether a path matches a glob, for patterns that guard: case does not matter, dot files count.
 *
 * The flag `s` makes a newline in a path an ordinary character, so that a path cannot slip past `**` with one. A path that
 * is written as the glob itself matches, also where its brackets would mean something else.
 */
export function pathMatcher(glob: string): (path: string) => boolean {
  const expression = picomatch.makeRe(glob, { dot: true, nocase: true, flags: 'si' })
  const start = literalStart(glob)
  const lower = start.toLowerCase()
  const upper = start.toUpperCase()
  // Most paths differ from most globs at their start, which is far cheaper to see than that an expression fails.
  const startsAlike = (path: string) => {
    for (let index = 0; index < start.length; index++) {
      const unit = path.charCodeAt(index)
      if (unit !== lower.charCodeAt(index) && unit !== upper.charCodeAt(index)) return false
    }
    return true
  }
  return (path) => (startsAlike(path) && expression.test(path)) || path === glob
}

/**
 * A test whether a path matches a glob, for patterns that permit: as `pathMatcher`, but `SRC/a` is not of `src/**`, a pattern that begins
 * with `!` permits nothing, and a path has to name one place below the repository's top: relative, with no empty, `.` or `..` step.
 */
export function permittedPathMatcher(glob: string): (path: string) => boolean {
  // picomatch reads a leading `!` as "everything else"
  if (glob.startsWith('!')) return () => false
  const expression = picomatch.makeRe(glob, { dot: true, flags: 's' })
  return (path) => (expression.test(path) || path === glob) && isPlain(path)
}

const isPlain = (path: string) =>
  path.split('/').every((step) => step !== '' && step !== '.' && step !== '..')

/** What every match begins with; `a/**` matches `a` as well, so no slash at its end. */
function literalStart(glob: string): string {
  if (glob.includes('|') || glob.startsWith('./')) return ''
  return /^[\w./-]*/.exec(glob)?.[0].replace(/\/+$/, '') ?? ''
}
