import { describe, expect, it } from 'vitest'
import { holds } from '../../test/facts.ts'
import { agent } from './agent.ts'

describe('agent', () => {
  it.each([
    ['the agent named', { agent: 'agent:refactor-bot' }, true],
    ['another agent', { agent: 'agent:docs-bot' }, false],
    ['no agent', {}, true],
    ['an empty name', { agent: '' }, true],
    ['the agent in other letters', { agent: 'Agent:Refactor-Bot ' }, true],
  ])('%s', (_row, facts, expected) => {
    expect(holds(agent(['agent:refactor-*']), facts)).toBe(expected)
  })
})
