import { expect, it } from 'vitest'
import { nearest } from './nearest.ts'

it.each([
  ['modles', 'models'],
  ['Models', 'models'],
  ['taskClases', 'taskClasses'],
  ['rule', 'rules'],
  ['esclation', 'escalation'],
  ['x', undefined],
  ['budget', undefined],
])('%s is near %s', (name, expected) => {
  expect(nearest(name, ['models', 'taskClasses', 'rules', 'escalation'])).toBe(expected)
})
