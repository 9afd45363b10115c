import { describe, expect, it } from 'vitest'
import { holds } from '../../test/facts.ts'
import { branch } from './branch.ts'

describe('branch', () => {
  it.each([
    ['the branch named', { branch: 'main' }, true],
    ['a branch of the pattern', { branch: 'release/2.1' }, true],
    ['another branch', { branch: 'topic' }, false],
    ['a branch that only begins alike', { branch: 'main-2' }, false],
    ['no branch', {}, true],
  ])('%s', (_row, facts, expected) => {
    expect(holds(branch(['main', 'release/*']), facts)).toBe(expected)
  })
})
