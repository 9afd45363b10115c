import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText } from '../../test/any-text.ts'
import { fold } from './fold.ts'

describe('fold', () => {
  it.each([
    ['GPT-5', 'gpt-5'],
    ['  Codex 5.3\n', 'codex5.3'],
    ['cоdex', 'codex'],
    ['ｃｏｄｅｘ', 'codex'],
    ['gpt_5', 'gpt-5'],
    ['gpt\u20135', 'gpt-5'],
    ['co\u200bd\u2060e\ufeffx', 'codex'],
    ['c\u0301odex', 'codex'],
    ['\u{1d41c}odex', 'codex'],
    ['ＣＯＤＥＸ\u0000', 'codex'],
  ])('reads %j as %j', (text, expected) => expect(fold(text)).toBe(expected))

  it('is done after one pass, and does not see case', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        expect(fold(fold(text))).toBe(fold(text))
      }),
    )
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]*$/), (text) => {
        expect(fold(text.toUpperCase())).toBe(fold(text.toLowerCase()))
      }),
    )
  })
})
