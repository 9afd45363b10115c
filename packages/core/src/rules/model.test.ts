import { describe, expect, it } from 'vitest'
import { holds } from '../../test/facts.ts'
import { model } from './model.ts'

describe('model', () => {
  it.each([
    ['the id', ['gpt-5.3-codex'], { asked: 'gpt-5.3-codex', id: 'gpt-5.3-codex' }, true],
    ['an alias of the id', ['gpt-5.3-codex'], { asked: 'gpt-codex-5.3', id: 'gpt-5.3-codex' }, true],
    ['the alias itself', ['gpt-codex-5.3'], { asked: 'gpt-codex-5.3', id: 'gpt-5.3-codex' }, true],
    ['a look-alike', ['gpt-5.3-codex'], { asked: 'GPT-5.3-c\u043edex', id: 'GPT-5.3-c\u043edex' }, true],
    ['a pattern', ['*-codex'], { asked: 'gpt-5.3-codex', id: 'gpt-5.3-codex' }, true],
    ['a pattern across slashes', ['*codex'], { asked: 'openai/codex', id: 'openai/codex' }, true],
    ['another model', ['gpt-5.3-codex', '*-codex'], { asked: 'gpt-5-mini', id: 'gpt-5-mini' }, false],
    ['more than the id', ['gpt-5.3'], { asked: 'gpt-5.3-codex', id: 'gpt-5.3-codex' }, false],
  ])('%s', (_row, wanted, given, expected) => {
    expect(holds(model(wanted), { model: given })).toBe(expected)
  })
})
