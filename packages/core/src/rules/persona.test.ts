import { describe, expect, it } from 'vitest'
import { holds } from '../../test/facts.ts'
import { persona } from './persona.ts'

describe('persona', () => {
  it.each([
    ['the role named', { persona: 'developer' }, true],
    ['another role', { persona: 'designer' }, false],
    ['no role', {}, true],
    ['an empty role', { persona: '' }, true],
    ['a role nobody declared', { persona: 'wizard' }, true],
    ['the role in other letters, which nobody declared', { persona: 'Developer' }, true],
  ])('%s', (_row, facts, expected) => {
    expect(holds(persona(['developer']), facts)).toBe(expected)
  })

  it('takes any of several', () => {
    const condition = persona(['developer', 'designer'])
    expect(holds(condition, { persona: 'designer' })).toBe(true)
    expect(holds(condition, { persona: 'project-manager' })).toBe(false)
  })
})
