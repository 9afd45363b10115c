import { describe, expect, it } from 'vitest'
import { holds } from '../../test/facts.ts'
import { tools } from './tools.ts'

describe('tools', () => {
  it.each([
    ['the type named', ['function', 'mcp'], true],
    ['the type in other letters', ['MCP'], true],
    ['a type of the pattern', ['web_search_preview'], true],
    ['another type', ['function'], false],
    ['no tools', [], false],
  ])('%s', (_row, types, expected) => {
    expect(holds(tools(['mcp', 'web_search*']), { call: { tools: types } })).toBe(expected)
  })
})
