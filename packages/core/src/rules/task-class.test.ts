import { describe, expect, it } from 'vitest'
import { holds } from '../../test/facts.ts'
import { taskClass } from './task-class.ts'

describe('taskClass', () => {
  it.each([
    ['the kind named', { taskClass: 'docs' }, true],
    ['another kind', { taskClass: 'triage' }, false],
    ['no kind', {}, true],
    ['a kind nobody declared', { taskClass: 'doc' }, true],
    ['the kind with a space, which nobody declared', { taskClass: 'triage ' }, true],
  ])('%s', (_row, facts, expected) => {
    expect(holds(taskClass(['docs']), facts)).toBe(expected)
  })
})
