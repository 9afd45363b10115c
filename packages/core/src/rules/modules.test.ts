import { describe, expect, it } from 'vitest'
import { aChange, holds } from '../../test/facts.ts'
import { modules } from './modules.ts'

describe('modules', () => {
  it.each([
    ['above', { change: aChange({ modules: ['a', 'b', 'c'] }) }, true],
    ['at the limit', { change: aChange({ modules: ['a', 'b'] }) }, false],
    ['not measured', {}, true],
  ])('%s', (_row, facts, expected) => {
    expect(holds(modules({ over: 2 }), facts)).toBe(expected)
  })
})
