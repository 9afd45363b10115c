import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { canonicalDigest } from '../hash/canonical-digest.ts'
import { sha256Digest } from '../hash/sha256-digest.ts'
import { definePolicy } from './define-policy.ts'
import { policyDigest } from './policy-digest.ts'

interface Vectors {
  vectors: { name: string; input: string; output_hex: string }[]
}

const file = join(import.meta.dirname, '../../../../../shared/vectors/jcs-rfc8785.json')
const vectors = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Vectors).vectors : undefined

describe('canonicalDigest', () => {
  // The same document written in two ways, and its RFC 8785 form by hand: section 3.2.3 sorts keys by UTF-16 unit.
  it('is SHA-256 over the canonical form', () => {
    const canonical = '{"a":1,"b":[1e+30,0.002],"\u20ac":"\\u000f\u00f6"}'
    expect(canonicalDigest({ '\u20ac': '\u000f\u00f6', b: [1e30, 2e-3], a: 1.0 })).toBe(
      sha256Digest(canonical),
    )
  })

  it.skipIf(!vectors)(
    'agrees with the published vectors (skipped where ../shared/vectors is not checked out)',
    () => {
      for (const { name, input, output_hex: expected } of vectors ?? []) {
        expect(canonicalDigest(JSON.parse(input)), name).toBe(sha256Digest(Buffer.from(expected, 'hex')))
      }
    },
  )

  it('has no digest for what JSON cannot say', () => {
    for (const value of [NaN, Infinity, '\ud800', undefined]) {
      expect(() => canonicalDigest(value)).toThrow(Error)
    }
  })
})

describe('policyDigest', () => {
  const models = { default: 'm', classes: { standard: { access: 'open', models: ['m'] } } } as const

  it('is over the document as written: a default that is spelt out makes another digest', async () => {
    const short = await definePolicy({ version: 1, models })
    const long = await definePolicy({ version: 1, models, enforcement: 'enforce' })
    expect(long.document).toEqual(short.document)
    expect(policyDigest(long)).not.toBe(policyDigest(short))
    expect(policyDigest(short)).toBe(short.digest)
  })

  it('stays what it is: the defaults and the form of version 1 are frozen', async () => {
    const { digest, document } = await definePolicy({ version: 1, models })
    expect(digest).toBe(
      sha256Digest(
        '{"models":{"classes":{"standard":{"access":"open","models":["m"]}},"default":"m"},"version":1}',
      ),
    )
    expect(canonicalDigest(document)).toMatchInlineSnapshot(
      `"sha256:bfc2d9d2250e45af46f5ea7319161be9d670172d260f27b1a16a01f27466118b"`,
    )
  })
})
