import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText } from '../../test/any-text.ts'
import { isDigest } from './digest.ts'
import { promptHash } from './prompt-hash.ts'
import { sha256Digest } from './sha256-digest.ts'
import * as node from './sha256.node.ts'
import * as portable from './sha256.portable.ts'

const bytes = new TextEncoder().encode('{"model":"gpt-5-mini"}')

describe('promptHash', () => {
  it('is SHA-256 over the exact bytes', () => {
    expect(promptHash(new TextEncoder().encode('abc'))).toBe(
      'sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
    expect(isDigest(promptHash(bytes))).toBe(true)
  })

  it('is HMAC-SHA-256 under a key, and names the key', () => {
    // RFC 4231, test case 2
    expect(
      promptHash(new TextEncoder().encode('what do ya want for nothing?'), {
        id: 'k1',
        secret: new TextEncoder().encode('Jefe'),
      }),
    ).toBe('hmac-sha256:k1:5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
  })
})

describe('the two makes of SHA-256', () => {
  it('agree on any bytes and any text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), anyText(), (data, text) => {
        expect(portable.sha256Hex(data)).toBe(node.sha256Hex(data))
        expect(portable.sha256Hex(text)).toBe(node.sha256Hex(text))
      }),
    )
  })

  it('agree on any key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 100 }), (key, data) => {
        expect(portable.hmacSha256Hex(key, data)).toBe(node.hmacSha256Hex(key, data))
      }),
    )
  })

  it('reads a text as its UTF-8 bytes', () => {
    expect(sha256Digest('é')).toBe(sha256Digest(new Uint8Array([0xc3, 0xa9])))
  })
})
