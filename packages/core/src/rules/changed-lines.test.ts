import { describe, expect, it } from 'vitest'
import { aChange, holds } from '../../test/facts.ts'
import { changedLines } from './changed-lines.ts'

describe('changedLines', () => {
  it.each([
    ['above', { change: aChange({ changedLines: 401 }) }, true],
    ['at the limit', { change: aChange({ changedLines: 400 }) }, false],
    ['not measured', {}, true],
    ['not a number', { change: aChange({ changedLines: NaN }) }, true],
  ])('%s', (_row, facts, expected) => {
    expect(holds(changedLines({ over: 400 }), facts)).toBe(expected)
  })
})
