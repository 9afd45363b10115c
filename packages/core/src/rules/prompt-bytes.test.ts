import { describe, expect, it } from 'vitest'
import { holds } from '../../test/facts.ts'
import { promptBytes } from './prompt-bytes.ts'

describe('promptBytes', () => {
  it.each([
    ['above', 1001, true],
    ['at the limit', 1000, false],
    ['below', 999, false],
    ['not a number', NaN, true],
  ])('%s', (_row, bodyBytes, expected) => {
    expect(holds(promptBytes({ over: 1000 }), { call: { bodyBytes } })).toBe(expected)
  })
})
