import { describe, expect, it } from 'vitest'
import { aChange, holds } from '../../test/facts.ts'
import { changedFiles } from './changed-files.ts'

describe('changedFiles', () => {
  it.each([
    ['above', { change: aChange({ changedFiles: 9 }) }, true],
    ['at the limit', { change: aChange({ changedFiles: 8 }) }, false],
    ['not measured', {}, true],
  ])('%s', (_row, facts, expected) => {
    expect(holds(changedFiles({ over: 8 }), facts)).toBe(expected)
  })
})
