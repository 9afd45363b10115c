import { describe, expect, it } from 'vitest'
import { aChange, holds } from '../../test/facts.ts'
import { paths } from './paths.ts'

describe('paths', () => {
  it.each([
    ['a claimed file that matches', { paths: ['README.md', 'src/auth/session.ts'] }, true],
    ['claimed files that do not', { paths: ['README.md'] }, false],
    ['a measured file that matches', { change: aChange({ paths: ['src/auth/a.ts'] }) }, true],
    ['measured files that do not', { change: aChange({ paths: ['README.md'] }) }, false],
    [
      'a claim that hides a measured file',
      { paths: ['a'], change: aChange({ paths: ['src/auth/a'] }) },
      true,
    ],
    ['nothing claimed, nothing changed so far', { change: aChange() }, false],
    ['no claim and no measurement', {}, true],
    ['a claim of no files', { paths: [] }, true],
    ['a dot file', { paths: ['src/auth/.env'] }, true],
    ['other letters', { paths: ['SRC/Auth/session.ts'] }, true],
    ['a newline in the name', { paths: ['src/auth/a\nb'] }, true],
  ])('%s', (_row, facts, expected) => {
    expect(holds(paths(['src/auth/**']), facts)).toBe(expected)
  })
})
