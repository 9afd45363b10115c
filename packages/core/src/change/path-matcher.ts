import picomatch from 'picomatch/posix.js'

/**
 * A test whether a path matches a glob, for patterns that guard: case does not matter, dot files count.
 *
 * The flag `s` makes a newline in a path an ordinary character, so that a path cannot slip past `**` with one.
 */
export function pathMatcher(glob: string): (path: string) => boolean {
  return picomatch(glob, { dot: true, nocase: true, flags: 'si' })
}
