import { describe, expect, it } from 'vitest'
import { aCall } from '../../test/facts.ts'
import { actingTools, hostedTools } from './hosted-tools.ts'

describe('actingTools', () => {
  it.each([
    'function',
    'custom',
    'namespace',
    'tool_search',
    'file_search',
    'image_generation',
    'web_search',
    'web_search_preview',
    'web_search_2025_08_26',
    'web_search_preview_2025_03_11',
  ])('lets %s pass: it reads, or runs in the caller', (type) => {
    expect(actingTools(aCall({ tools: [type] }))).toEqual([])
  })

  it.each([
    'mcp',
    'shell',
    'local_shell',
    'apply_patch',
    'code_interpreter',
    'computer',
    'computer_use_preview',
    'programmatic_tool_calling',
    'automations',
    'something_new',
    '',
    'Function',
    'function ',
    'my_function',
    'web_search_and_run',
  ])('takes %j for a tool that acts', (type) => {
    expect(actingTools(aCall({ tools: ['function', type] }))).toEqual([type])
  })
})

describe('hostedTools', () => {
  const safety = { shell: 'authorize', productionWrite: 'authorize' } as const

  it.each([
    ['authorize', 'escalate'],
    ['deny', 'deny'],
  ] as const)('under %s: %s', (hosted, effect) => {
    expect(hostedTools({ ...safety, hostedTools: hosted }, ['mcp'])).toMatchObject({
      rule: 'safety:hostedTools',
      effect,
      code: 'tool_unauthorized',
      saw: 'tools mcp',
    })
    expect(hostedTools({ ...safety, hostedTools: hosted }, [])).toBeUndefined()
  })
})
