import { describe, expect, it } from 'vitest'
import { holds } from '../../test/facts.ts'
import { modelClass } from './model-class.ts'

describe('modelClass', () => {
  it.each([
    ['the class named', { model: { modelClass: 'codex' } }, true],
    ['another class', { model: { modelClass: 'standard' } }, false],
    ['a model of no class', { model: { modelClass: undefined } }, true],
  ])('%s', (_row, facts, expected) => {
    expect(holds(modelClass(['codex']), facts)).toBe(expected)
  })
})
