import { expect, it } from 'vitest'
import { globProblem } from './glob-problem.ts'

it.each(['src/**', '**/.env*', 'src/app/[id]/page.tsx', '{a,b}/*.ts', '@(a|b)', 'a\\(b', 'README.md'])(
  'takes %s',
  (glob) => expect(globProblem(glob)).toBeUndefined(),
)

it.each([
  ['!src/**', 'says what not to match'],
  ['src/!(auth)/**', 'says what not to match'],
  ['src/[', 'does not parse'],
  ['src/{a,b', 'does not parse'],
  ['src/(a', 'does not parse'],
  ['/src/**', 'can match nothing'],
  ['./src/**', 'can match nothing'],
  ['../src/**', 'can match nothing'],
])('refuses %s: %s', (glob, message) => {
  expect(globProblem(glob)?.message).toContain(message)
})
