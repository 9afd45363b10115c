import { describe, expect, it } from 'vitest'
import { approvedWork, aRecord, now } from '../../test/approved-work.ts'
import { grantVerifier } from './grant-verifier.ts'
import type { PublicKeyRecord } from './keys.ts'
import { signGrant } from './sign-grant.ts'

const { approver, claims, options } = await approvedWork()
const token = await signGrant(claims, approver.privateJwk)

function aVerifier() {
  const world = {
    now: now + 1000,
    record: aRecord(approver, { role: 'approver' }) as PublicKeyRecord | undefined,
  }
  const keys = { find: async () => world.record }
  return { world, verify: grantVerifier({ ...options, keys, clock: () => world.now }) }
}

describe('grantVerifier', () => {
  it('gives the same grant for the same token', async () => {
    const { verify } = aVerifier()
    const grant = await verify(token)
    expect(grant).toEqual({ ...claims, kid: approver.kid })
    expect(await verify(token)).toBe(grant)
  })

  it('remembers no refusal and no other token', async () => {
    const { verify } = aVerifier()
    const forged = `${token.slice(0, -8)}AAAAAAAA`
    await expect(verify(forged)).rejects.toMatchObject({ code: 'grant_forged' })
    await verify(token)
    await expect(verify(forged)).rejects.toMatchObject({ code: 'grant_forged' })
  })

  it.each<[string, string, (world: ReturnType<typeof aVerifier>['world']) => void]>([
    ['the grant expires', 'grant_expired', (world) => (world.now = claims.exp * 1000)],
    ['the clock goes back', 'grant_not_yet_valid', (world) => (world.now = now - 60_000)],
    ['its key is taken away', 'grant_key_unknown', (world) => (world.record = undefined)],
    [
      'its key is revoked',
      'grant_key_revoked',
      (world) => (world.record = aRecord(approver, { role: 'approver', revokedAt: '2026-11-22T12:00:00Z' })),
    ],
    [
      'its key changes its role',
      'grant_key_role',
      (world) => (world.record = aRecord(approver, { role: 'signer' })),
    ],
    [
      'a revocation that was known comes due',
      'grant_key_revoked',
      (world) => (world.now = Date.parse('2026-11-22T13:00:00Z')),
    ],
  ])('refuses what it remembers once %s', async (_name, code, happen) => {
    const { verify, world } = aVerifier()
    if (code === 'grant_key_revoked') {
      world.record = aRecord(approver, { role: 'approver', revokedAt: '2026-11-22T13:00:00Z' })
    }
    await verify(token)
    happen(world)
    await expect(verify(token)).rejects.toMatchObject({ code })
  })
})
