import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { base64url, base64urlOfHex, bytesOfBase64url } from './base64url.ts'

describe('base64url', () => {
  it('is what Node makes of the same bytes, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString('base64url')
        expect(base64url(bytes)).toBe(text)
        expect(bytesOfBase64url(text)).toEqual(new Uint8Array(bytes))
        expect(base64urlOfHex(Buffer.from(bytes).toString('hex'))).toBe(text)
      }),
    )
  })

  it('has one spelling for every text it reads', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'AQgwBCz09-_=+/ \n'), maxLength: 9 }), (text) => {
        const bytes = bytesOfBase64url(text)
        expect(bytes === undefined ? text : base64url(bytes)).toBe(text)
        expect(bytes === undefined).toBe(Buffer.from(text, 'base64url').toString('base64url') !== text)
      }),
    )
  })
})
