import { expect, it } from 'vitest'
import { visible } from './visible.ts'

it.each([
  ['src/auth/\u001b[2Jextra.ts', String.raw`src/auth/\u{1b}[2Jextra.ts`],
  ['a\u202Eb\nc', String.raw`a\u{202e}b\u{a}c`],
  ['src/au\u200Dth.ts', String.raw`src/au\u{200d}th.ts`],
  ['\u200D👩', String.raw`\u{200d}👩`],
  ['the 👨‍👩‍👧 team, 🏳️‍🌈 and 👩🏽‍💻', 'the 👨‍👩‍👧 team, 🏳️‍🌈 and 👩🏽‍💻'],
])('%j shows as %j', (text, shown) => {
  expect(visible(text)).toBe(shown)
})
