import { parseKeys, type PublicKeyRecord } from '@policy/core'
import { expect, it } from 'vitest'
import { askedOffice, yes } from './support/asked-office.ts'
import { type Office, passphrase } from './support/office.ts'

/** The manager has a second approver's key; what becomes of the first is then signed. */
async function twoKeys(
  first: Partial<PublicKeyRecord>,
  second: Partial<PublicKeyRecord> = {},
): Promise<Office> {
  const office = await askedOffice()
  const { manager } = office
  const generate = ['keys', 'generate', '--role', 'approver', '--subject', 'github:1']
  expect(await manager.type(generate, [passphrase, passphrase])).toMatchObject({ code: 0 })
  const keys = await parseKeys(office.read('.model-policy/keys.json'))
  const [old, added] = keys.filter(({ role }) => role === 'approver')
  const altered = keys.map((key) => ({ ...key, ...(key === old && first), ...(key === added && second) }))
  office.write('.model-policy/keys.json', JSON.stringify({ version: 1, keys: altered }))
  const signed = await manager.type(['policy', 'sign'], [passphrase])
  expect(signed, signed.err).toMatchObject({ code: 0 })
  return office
}

const old = { notBefore: '2020-01-01T00:00:00Z' }
const expired = { ...old, notAfter: '2021-01-01T00:00:00Z' }
const revoked = { ...old, revokedAt: '2022-01-01T00:00:00Z' }
const developer = { personas: ['developer'] }

it.each<[string, Partial<PublicKeyRecord>, Partial<PublicKeyRecord>, 0 | 1]>([
  ['the other has expired', expired, {}, 1],
  ['the other is revoked', revoked, {}, 1],
  ['the other does not begin yet', { notBefore: '2999-01-01T00:00:00Z' }, {}, 1],
  ['the other is older', old, {}, 1],
  ['the newer one is for another persona', old, developer, 0],
])('a person answers with the key that counts, where %s', async (_name, first, second, used) => {
  const office = await twoKeys(first, second)
  const typed = await office.manager.type(['approve'], yes)
  expect(typed, typed.err).toMatchObject({ code: 0 })
  const approvers = (await parseKeys(office.read('.model-policy/keys.json'))).filter(
    ({ role }) => role === 'approver',
  )
  const [header = ''] = /eyJ[\w-]+/.exec(office.read('escalation.md')) ?? []
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ kid: approvers[used]?.kid })
})

it('is told which keys do not count, and why, before anything is asked', async () => {
  const office = await twoKeys(expired, revoked)
  for (const argv of [['approve'], ['decline', '--reason', 'no'], ['approve', '--person', 'github:1']]) {
    const typed = await office.manager.type(argv, [])
    expect(typed.code).toBe(1)
    expect(typed.err).toMatch(
      /no approver's key(?: of github:1)? that you hold counts now: [\w-]{43} expired at 2021-01-01T00:00:00Z; [\w-]{43} was revoked at 2022-01-01T00:00:00Z \[key_missing\]/,
    )
  }
})
