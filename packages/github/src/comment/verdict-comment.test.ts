import { expect, it } from 'vitest'
import { verdictOf } from '../verdict/verdict.ts'
import { verdictComment } from './verdict-comment.ts'

const finding = (text: string) =>
  ({
    question: 'may-run',
    effect: 'fail',
    code: 'grant_missing',
    saw: text,
    reason: text,
    remedy: text,
  }) as const

it('has room for forty findings of usual length, and says how many there are besides', () => {
  const text = verdictComment(
    verdictOf(Array.from({ length: 60 }, () => finding('the label'))),
    'pull request 12',
  )
  expect(text.match(/^\| fail /gm)).toHaveLength(40)
  expect(text).toContain('20 more findings are not shown.')
})

it.each([
  ['letters that are written out', '\u0007'.repeat(600)],
  ['fences', '`'.repeat(600)],
  ['halves of letters', '\ud800'.repeat(600)],
])('is never longer than GitHub takes, and cuts no finding, for %s', (_name, hostile) => {
  const text = verdictComment(verdictOf(Array.from({ length: 60 }, () => finding(hostile))), 'x')
  expect(text.length).toBeLessThanOrEqual(60_000)
  const rows = text.split('\n').filter((line) => line.startsWith('| fail '))
  expect(rows.length).toBeGreaterThan(3)
  expect(rows.length).toBeLessThan(40)
  expect(new Set(rows).size).toBe(1)
  expect(text).toContain(`${60 - rows.length} more findings are not shown.`)
})
