import { describe, expect, it } from 'vitest'
import { inert } from './inert.ts'
import { renderVerdict } from './render-verdict.ts'

// Row 59 of the study's matrix: what strangers write is shown and does nothing.
const hostile = [
  '$(id)',
  '`id`',
  '```\n::error::x\n```',
  '::error::x',
  '<img src=x onerror=alert(1)>',
  '@org/team #12 https://example.com',
  '| a | b |',
  '\u202Eevil\u200B',
  'a'.repeat(70_000),
  ' ',
  '',
]

describe('inert', () => {
  it.each(hostile)('makes one code span of %j', (text) => {
    const span = inert(text)
    const [, fence = '', inside = ''] = /^(`+)([^]*?)\1$/.exec(span) ?? []
    expect(fence).not.toBe('')
    expect(inside).not.toContain(fence)
    expect(span).not.toMatch(/[\n\r|\u202E\u200B]/)
    expect(span.length).toBeLessThan(600)
  })
})

describe('renderVerdict', () => {
  it('lets no line begin with what strangers wrote', () => {
    const findings = hostile.map(
      (text) => ({ question: 'may-run', effect: 'fail', saw: text, reason: text }) as const,
    )
    const report = renderVerdict({ type: 'fail', findings }, hostile.join('\n'))
    expect(report).not.toMatch(/^(?:::|<img|@|\$)/m)
    expect(report.split('\n').filter((line) => line.startsWith('| fail'))).toHaveLength(hostile.length)
  })
})
