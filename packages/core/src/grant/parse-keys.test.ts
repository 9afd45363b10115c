import { describe, expect, it } from 'vitest'
import { aRecord } from '../../test/approved-work.ts'
import { generateKeyPair } from './generate-key-pair.ts'
import { parseKeys, renderKeys } from './parse-keys.ts'

const pair = await generateKeyPair()
const record = aRecord(pair, { role: 'approver', notAfter: '2027-01-01T00:00:00Z' })

describe('parseKeys', () => {
  it('reads what renderKeys writes', async () => {
    expect(await parseKeys(renderKeys([record]))).toEqual([record])
  })

  it.each<[string, string, string]>([
    ['text that is not JSON', '{', 'not JSON'],
    ['no version', JSON.stringify({ keys: [] }), 'version'],
    ['an unknown member', JSON.stringify({ version: 1, keys: [{ ...record, admin: true }] }), 'keys.0'],
    ['an unknown role', JSON.stringify({ version: 1, keys: [{ ...record, role: 'owner' }] }), 'keys.0.role'],
    [
      'another id than the thumbprint',
      JSON.stringify({ version: 1, keys: [{ ...record, kid: 'x' }] }),
      'keys.0.kid',
    ],
    [
      'a key twice',
      JSON.stringify({ version: 1, keys: [record, { ...record, role: 'minter' }] }),
      'keys.1.kid',
    ],
    [
      'a date that is none',
      JSON.stringify({ version: 1, keys: [{ ...record, revokedAt: 'soon' }] }),
      'keys.0.revokedAt',
    ],
    [
      'a private key',
      JSON.stringify({ version: 1, keys: [{ ...record, key: pair.privateJwk }] }),
      'keys.0.key',
    ],
    [
      'a short key',
      JSON.stringify({ version: 1, keys: [{ ...record, key: { ...record.key, x: 'AAAA' } }] }),
      'keys.0.key.x',
    ],
  ])('refuses %s', async (_name, text, part) => {
    await expect(parseKeys(text)).rejects.toMatchObject({
      code: 'keys_invalid',
      message: expect.stringContaining(part),
    })
  })
})
