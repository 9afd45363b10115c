import { expect, it } from 'vitest'
import { ulid } from './ulid.ts'

it.each<[string, number, number[], string]>([
  ['the example of the specification', 1_469_918_176_385, Array(10).fill(0), '01ARYZ6S410000000000000000'],
  ['the least', 0, Array(10).fill(0), '00000000000000000000000000'],
  ['the greatest', 2 ** 48 - 1, Array(10).fill(255), '7ZZZZZZZZZZZZZZZZZZZZZZZZZ'],
])('ulid gives %s', (_name, now, random, expected) => {
  expect(ulid(now, Uint8Array.from(random))).toBe(expected)
})
