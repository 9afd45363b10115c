import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { starPattern } from './star-pattern.ts'

describe('starPattern', () => {
  it.each([
    ['gpt-5*-codex*', 'gpt-5-codex', true],
    ['gpt-5*-codex*', 'gpt-5.3-codex-max', true],
    ['gpt-5*-codex*', 'gpt-5-mini', false],
    ['*', '', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*a', 'aba', true],
    ['a*b*a', 'aa', false],
    ['a.c', 'abc', false],
    ['*/x', 'a/b/x', true],
  ])('%j on %j: %s', (pattern, text, expected) => expect(starPattern(pattern)(text)).toBe(expected))

  it('says what the same regular expression says', () => {
    const texts = fc.stringMatching(/^[ab]{0,12}$/)
    fc.assert(
      fc.property(fc.stringMatching(/^[ab*]{0,6}$/), texts, (pattern, text) => {
        const regular = new RegExp(`^${pattern.replaceAll('*', '.*')}$`)
        expect(starPattern(pattern)(text)).toBe(regular.test(text))
      }),
    )
  })
})
