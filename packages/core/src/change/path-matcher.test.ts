import * as fc from 'fast-check'
import picomatch from 'picomatch/posix.js'
import { describe, expect, it } from 'vitest'
import { pathMatcher, permittedPathMatcher } from './path-matcher.ts'

describe('pathMatcher', () => {
  it.each([
    ['src/auth/**', 'src/auth/session.ts', true],
    ['src/auth/**', 'src/auth', true],
    ['src/auth/**', 'SRC/Auth/.env', true],
    ['src/auth/**', 'src/authority.ts', false],
    ['src/auth/**', 'src/auth/a\nb', true],
    ['**/auth/**', 'auth/a', true],
    ['src/app/[id]/page.tsx', 'src/app/[id]/page.tsx', true],
    ['src/{auth,crypto}/*', 'src/crypto/a.ts', true],
    ['.github/**', '.github/workflows/ci.yml', true],
    ['github/**', '.github/workflows/ci.yml', false],
  ])('%s on %j: %s', (glob, path, expected) => expect(pathMatcher(glob)(path)).toBe(expected))

  it('says what picomatch says', () => {
    const pieces = [
      'a',
      'B',
      'ab',
      '/',
      '.',
      '-',
      '*',
      '**',
      '?',
      '{a,b}',
      '[ab]',
      '@(a|b)',
      '+(a)',
      '?(a)',
      '|',
      '+',
      '\\',
      '(',
      ')',
    ]
    const globs = fc
      .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.join(''))
    const paths = fc.stringMatching(/^[aAbB./|+-]{1,8}$/)
    fc.assert(
      fc.property(globs, paths, (glob, path) => {
        fc.pre(!glob.startsWith('!'))
        const expected = picomatch(glob, { dot: true, nocase: true, flags: 'si' })
        expect(pathMatcher(glob)(path)).toBe(expected(path))
      }),
      { numRuns: 3000 },
    )
  })
})

describe('permittedPathMatcher', () => {
  it.each([
    ['src/auth/**', 'src/auth/.env', true],
    ['src/auth/**', 'SRC/auth/a.ts', false],
    ['src/auth/**', 'src/auth/a\nb', true],
    ['src/app/[id]/page.tsx', 'src/app/[id]/page.tsx', true],
    ['!src/**', 'docs/a.md', false],
    ['!src/**', '!src/**', false],
    ['**', 'src/../pay/a.ts', false],
    ['**', '/etc/passwd', false],
    ['**', './a', false],
    ['**', '', false],
  ])('%s on %j: %s', (glob, path, expected) => expect(permittedPathMatcher(glob)(path)).toBe(expected))
})
