import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePath } from './decode-path.ts'

/** The bytes that a decoded path stands for: the other way round, so that nothing can be lost. */
const encodePath = (path: string) =>
  Buffer.concat(
    path
      .split(/(\\x[0-9a-f]{2})/)
      .map((part, index) => (index % 2 === 1 ? Buffer.from(part.slice(2), 'hex') : Buffer.from(part))),
  )

describe('decodePath', () => {
  it.each([
    ['plain UTF-8', Buffer.from('src/naïve 日本.ts'), 'src/naïve 日本.ts'],
    ['a byte that is not UTF-8', Buffer.from([0x61, 0xff, 0x62]), 'a\\xffb'],
    ['a cut character', Buffer.from([0xe6, 0x97]), '\\xe6\\x97'],
    ['an overlong slash', Buffer.from([0xc0, 0xaf]), '\\xc0\\xaf'],
    ['a surrogate', Buffer.from([0xed, 0xa0, 0x80]), '\\xed\\xa0\\x80'],
    ['text that looks like an escape', Buffer.from('a\\xffb'), 'a\\x5cxffb'],
    ['other backslashes', Buffer.from('a\\b\\xg0\\'), 'a\\b\\xg0\\'],
    ['control bytes', Buffer.from('a\tb\n"c"'), 'a\tb\n"c"'],
  ])('writes %s', (_name, bytes, path) => expect(decodePath(bytes)).toBe(path))

  it('loses no byte of any sequence', () => {
    const tricky = fc.constantFrom(0x5c, 0x78, 0x66, 0x30, 0xff, 0xc3, 0xa9, 0xe2, 0x82, 0xac)
    const bytes = fc
      .array(fc.oneof(tricky, fc.integer({ min: 0, max: 255 })))
      .map((list) => Buffer.from(list))
    fc.assert(
      fc.property(bytes, (path) => {
        expect(encodePath(decodePath(path))).toEqual(path)
      }),
    )
  })
})
