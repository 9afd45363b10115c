import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseKeys } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { askedOffice } from './support/asked-office.ts'
import { type Office, openOffice, passphrase } from './support/office.ts'

const recordsOf = (office: Office) => parseKeys(office.read('.model-policy/keys.json'))
const sign = (office: Office) => office.manager.type(['policy', 'sign'], [passphrase])

describe('keys', () => {
  it('generate makes a key that counts once a signer has signed it', async () => {
    const office = await askedOffice()
    const other = office.person('other')
    const generate = [
      'keys',
      'generate',
      '--role',
      'approver',
      '--subject',
      'github:2',
      '--not-after',
      '2099-01-01',
    ]
    const typed = await other.type(generate, ['another passphrase'])
    expect(typed).toMatchObject({ code: 0 })
    expect(typed.out).toContain('policy sign')
    const record = (await recordsOf(office)).at(-1)
    expect(record).toMatchObject({
      role: 'approver',
      subject: 'github:2',
      personas: ['project-manager'],
      notAfter: '2099-01-01T00:00:00.000Z',
    })
    expect(readdirSync(join(other.home, '.config/model-policy/keys'))).toEqual([`${record?.kid}.key`])
    expect((await office.manager.type(['grant', 'show'])).err).toContain('[policy_altered]')
    expect(await sign(office)).toMatchObject({ code: 0 })
    expect(await office.manager.type(['grant', 'show'])).toMatchObject({ code: 0 })
  })

  it('list shows the public keys and which private halves are yours', async () => {
    const office = await openOffice()
    const { out } = await office.manager.type(['keys', 'list'])
    expect(out.match(/you hold it/g)).toHaveLength(2)
    expect(out).toContain('approver of github:1 as project-manager')
    expect((await office.agent.type(['keys', 'list'])).out).not.toContain('you hold it')
  })

  it('revoke marks a key, and with the signature nothing it signs counts', async () => {
    const office = await askedOffice()
    const approver = (await recordsOf(office)).find(({ role }) => role === 'approver')
    const typed = await office.manager.type(['keys', 'revoke', '--', approver?.kid.slice(0, 10) ?? ''])
    expect(typed.out).toContain('REVOKED')
    expect(await sign(office)).toMatchObject({ code: 0 })
    expect((await office.manager.type(['approve'], ['approve', passphrase])).err).toContain('[key_missing]')
    expect((await office.manager.type(['keys', 'revoke', '--', approver?.kid ?? ''])).err).toContain(
      'already',
    )
  })

  it('export gives the public half as a JWK, or for verifiers of notes', async () => {
    const office = await openOffice()
    const [signer] = await recordsOf(office)
    const { out } = await office.manager.type(['keys', 'export', '--', signer?.kid ?? ''])
    expect(JSON.parse(out)).toEqual({ ...signer?.key, kid: signer?.kid, alg: 'Ed25519', use: 'sig' })
    const note = await office.manager.type([
      'keys',
      'export',
      '--note',
      'example.com/log',
      '--',
      signer?.kid ?? '',
    ])
    const raw = Buffer.from(signer?.key.x ?? '', 'base64url')
    expect(note.out.trim()).toMatch(/^example\.com\/log\+[0-9a-f]{8}\+/)
    expect(note.out.trim().split('+').slice(2).join('+')).toBe(
      Buffer.concat([Buffer.of(1), raw]).toString('base64'),
    )
  })

  it.each<[string, string[], string]>([
    ['a role that is none', ['generate', '--role', 'owner', '--subject', 'github:2'], 'approver'],
    ['no role', ['generate', '--subject', 'github:2'], '--role'],
    ['a subject that names nobody', ['generate', '--role', 'minter', '--subject', 'me'], 'names nobody'],
    [
      'a date that is none',
      ['generate', '--role', 'minter', '--subject', 'ci:x', '--not-after', 'soon'],
      'no date',
    ],
    ['no passphrase', ['generate', '--role', 'minter', '--subject', 'ci:x'], 'usage'],
    ['a key that is not listed', ['export', '.'], 'no key'],
    ['an empty thumbprint', ['revoke', ''], 'no key'],
  ])('refuse %s, and change nothing', async (name, argv, part) => {
    const office = await openOffice()
    const before = office.read('.model-policy/keys.json')
    const typed = await office.manager.type(
      ['keys', ...argv],
      name === 'no passphrase' ? undefined : [passphrase],
    )
    expect(typed.code).toBe(1)
    expect(typed.err).toContain(part)
    expect(office.read('.model-policy/keys.json')).toBe(before)
    expect(readdirSync(join(office.manager.home, '.config/model-policy/keys'))).toHaveLength(3)
  })

  it('never show a private key', async () => {
    const office = await openOffice()
    const [signer] = await recordsOf(office)
    const printed = await Promise.all(
      [
        ['list'],
        ['list', '--json'],
        ['export', signer?.kid ?? ''],
        ['export', signer?.kid ?? '', '--note', 'x'],
      ].map((argv) => office.manager.type(['keys', ...argv])),
    )
    const folder = join(office.manager.home, '.config/model-policy/keys')
    for (const name of readdirSync(folder)) {
      const sealed = readFileSync(join(folder, name), 'utf8').trim()
      for (const { out, err } of printed) expect(out + err).not.toContain(sealed)
    }
    for (const { out } of printed) expect(out).not.toMatch(/"d":/)
  })
})
