import { describe, expect, it } from 'vitest'
import { holds } from '../../test/facts.ts'
import { reasons } from './reasons.ts'

describe('reasons', () => {
  it.each([
    ['the reason named', ['security'], true],
    ['the reason among others', ['complexity', 'security'], true],
    ['another reason', ['complexity'], false],
    ['an empty list', [], true],
  ] as const)('%s', (_row, given, expected) => {
    expect(holds(reasons(['security']), { reasons: given })).toBe(expected)
  })

  it('no reasons', () => {
    expect(holds(reasons(['security']), {})).toBe(true)
  })
})
