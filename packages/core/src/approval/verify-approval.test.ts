import { describe, expect, it } from 'vitest'
import { aRecord, anEscalation, aPolicy, manager, now } from '../../test/approved-work.ts'
import { escalationDigest } from '../escalation/escalation-digest.ts'
import type { Escalation } from '../escalation/escalation.ts'
import { renderEscalation } from '../escalation/render-escalation.ts'
import { generateKeyPair } from '../grant/generate-key-pair.ts'
import { grantClaims } from '../grant/grant-claims.ts'
import { keyring } from '../grant/keyring.ts'
import { signGrant } from '../grant/sign-grant.ts'
import type { Approval } from './approval.ts'
import { signDecline } from './decline.ts'
import { verifyApproval } from './verify-approval.ts'

const [approver, stranger] = [await generateKeyPair(), await generateKeyPair()]
const policy = aPolicy()
const asked = (changes: Partial<Escalation> = {}) => {
  const escalation = anEscalation(changes)
  return { escalation, digest: escalationDigest(renderEscalation(escalation)) }
}
const options = {
  keys: keyring([aRecord(approver, { role: 'approver' })]),
  issuer: 'github.com/acme/app',
  ledger: 'led_01JD0000000000000000000000',
  policy,
  now: now + 1000,
}
const answer = { by: manager, at: '2026-11-22T12:00:00Z', escalation: asked().digest }

async function approval(of = asked(), changes: Partial<Approval> = {}): Promise<Approval> {
  const claims = grantClaims(of, { policy, by: manager, basis: 'approval', uri: 'file:x', event: 'e', now })
  return { ...answer, decision: 'approved', token: await signGrant(claims, approver.privateJwk), ...changes }
}

const decline = {
  iss: 'github.com/acme/app',
  sub: manager,
  iat: now / 1000,
  escalation: asked().digest,
  reason: 'too wide',
}
async function declined(
  claims: object = {},
  changes: Partial<Approval> = {},
  key = approver,
): Promise<Approval> {
  const token = await signDecline({ ...decline, ...claims }, key.privateJwk)
  return { ...answer, decision: 'declined', reason: 'too wide', token, ...changes }
}

describe('verifyApproval', () => {
  it('gives the grant of an approval', async () => {
    const verified = await verifyApproval(asked(), await approval(), options)
    expect(verified).toMatchObject({
      type: 'approved',
      by: manager,
      grant: { sub: manager, kid: approver.kid },
    })
  })

  it('gives the reason of a decline', async () => {
    const verified = await verifyApproval(asked(), await declined(), options)
    expect(verified).toEqual({ type: 'declined', by: manager, reason: 'too wide' })
  })

  const otherKey = { kty: 'OKP', crv: 'Ed25519', x: stranger.publicJwk.x } as const
  it.each<[string, () => Promise<Approval>, string]>([
    ['a grant for another escalation', () => approval(asked({ task: 'ISSUE-13' })), 'grant_escalation'],
    ['the word of a block without a token', () => approval(asked(), { token: 'yes' }), 'grant_malformed'],
    ['a block that names another person', () => approval(asked(), { by: 'github:2' }), 'escalation_altered'],
    [
      'a grant where a decline is said',
      async () => ({ ...(await approval()), decision: 'declined', reason: 'x' }),
      'grant_malformed',
    ],
    [
      'a decline where a grant is said',
      async () => ({ ...(await declined()), decision: 'approved' }),
      'grant_malformed',
    ],
    [
      'a decline of another escalation',
      () => declined({ escalation: asked({ task: 'ISSUE-13' }).digest }),
      'grant_escalation',
    ],
    ['a decline for another repository', () => declined({ iss: 'github.com/acme/other' }), 'grant_issuer'],
    ['a decline by a stranger', () => declined({}, {}, stranger), 'grant_key_unknown'],
    [
      'a decline in the name of another',
      () => declined({ sub: 'github:2' }, { by: 'github:2' }),
      'grant_key_role',
    ],
    ['a decline with another reason', () => declined({}, { reason: 'go on' }), 'escalation_altered'],
    ['a decline with an unknown claim', () => declined({ until: 1 }), 'grant_malformed'],
    ['a decline from before its key', () => declined({ iat: 1 }), 'grant_key_invalid'],
  ])('refuses %s', async (_name, make, code) => {
    await expect(verifyApproval(asked(), await make(), options)).rejects.toMatchObject({ code })
  })

  it.each<[string, Partial<Escalation>, string]>([
    ['another agent', { agent: 'agent:other' }, 'grant_agent'],
    ['another agent key', { agentKey: otherKey }, 'grant_agent_key'],
  ])('refuses a grant that answers this escalation for %s', async (_name, changes, code) => {
    const misbound = { escalation: anEscalation(changes), digest: asked().digest }
    await expect(verifyApproval(asked(), await approval(misbound), options)).rejects.toMatchObject({ code })
  })
})
