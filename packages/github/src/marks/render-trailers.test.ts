import { describe, expect, it } from 'vitest'
import { renderTrailers, type RenderTrailersOptions } from './render-trailers.ts'
import { readTrailers } from './read-trailers.ts'

const escalation = { id: 'esc_01JD0000000000000000000000', digest: `sha256:${'0'.repeat(64)}` } as const

describe('renderTrailers', () => {
  it.each<[RenderTrailersOptions, string[]]>([
    [{ model: 'none' }, ['none']],
    [{ model: 'None' }, ['none']],
    [{ model: 'gpt-5.3-codex' }, ['gpt-5.3-codex', 'Agent:gpt-5.3-codex']],
    [
      { model: 'openai/gpt-5.3-codex', tool: 'Codex CLI' },
      ['openai/gpt-5.3-codex', 'Codex CLI:openai/gpt-5.3-codex'],
    ],
    [
      { model: 'gpt-5.3-codex', tool: 'Codex', escalation },
      ['gpt-5.3-codex', 'Codex:gpt-5.3-codex', `${escalation.id}#sha256:${'0'.repeat(16)}`],
    ],
  ])('prints for %j what is read back', (options, values) => {
    const text = renderTrailers(options)
    expect(readTrailers(`Subject\n\n${text}`).map(({ value }) => value)).toEqual(values)
    expect(text.split('\n')).toHaveLength(values.length + 1)
  })

  it.each<RenderTrailersOptions>([
    { model: '' },
    { model: ' ' },
    { model: ' none' },
    { model: 'gpt 5' },
    { model: 'gpt\nAI-Model: none' },
    { model: 'gpt[shell]' },
    { model: 'gpt\u200B-5' },
    { model: 'gpt-5-mini', tool: '' },
    { model: 'gpt-5-mini', tool: ' ' },
    { model: 'gpt-5-mini', tool: 'x:y' },
    { model: 'gpt-5-mini', tool: 'x [y' },
    { model: 'gpt-5-mini', tool: 'x\ny' },
    { model: 'none', tool: 'Codex' },
    { model: 'none', escalation },
  ])('refuses %j', (options) => {
    expect(() => renderTrailers(options)).toThrow(expect.objectContaining({ code: 'usage' }))
  })
})
