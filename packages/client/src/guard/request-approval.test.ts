import {
  escalationDigest,
  generateKeyPair,
  grantClaims,
  keyring,
  renderEscalation,
  signDecline,
  signGrant,
  type Approval,
  type Approvals,
  type Escalation,
  type KeyPair,
} from '@policy/core'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { memoryAuditLog, testAuthority } from '../testing.ts'
import { createGuard } from './create-guard.ts'

const { policy, ledger, agentKey, context } = await testAuthority()
const [manager, stranger] = [await generateKeyPair(), await generateKeyPair()]
const keys = keyring([
  {
    kid: manager.kid,
    role: 'approver',
    subject: 'github:1',
    key: manager.publicJwk,
    personas: ['project-manager'],
    notBefore: '2020-01-01T00:00:00Z',
  },
])

const escalation: Escalation = {
  escalation: 1,
  id: 'esc_01J00000000000000000000000',
  task: 'ISSUE-12',
  agent: 'agent:test',
  agentKey: agentKey.publicJwk,
  persona: 'developer',
  request: { model: 'gpt-5.3-codex' },
  repo: 'github.com/acme/app',
  ledger: ledger.id,
  base: '0'.repeat(40),
  reasons: ['complexity'],
  summary: 'Split the session store',
  measured: null,
  paths: ['src/**'],
  estimate: { promptTokens: 1000, outputs: [] },
  policy: policy.digest,
}
const digest = escalationDigest(renderEscalation(escalation))
const answer = { by: 'github:1', at: '2026-11-22T12:00:00Z', escalation: digest }

async function approvedBy(key: KeyPair): Promise<Approval> {
  const by = {
    policy,
    by: 'github:1',
    basis: 'approval',
    uri: 'test:x',
    event: 'e',
    now: Date.now(),
  } as const
  const token = await signGrant(grantClaims({ escalation, digest }, by), key.privateJwk)
  return { ...answer, decision: 'approved', token }
}

async function declinedBy(key: KeyPair): Promise<Approval> {
  const claims = { iss: escalation.repo, sub: 'github:1', escalation: digest, reason: 'too wide' }
  const token = await signDecline({ ...claims, iat: Math.floor(Date.now() / 1000) }, key.privateJwk)
  return { ...answer, decision: 'declined', reason: 'too wide', token }
}

/** A guard whose people answer at the third look. */
function aGuard(given: Approval | undefined, looking = async () => {}) {
  let looks = 0
  const approvals: Approvals = {
    request: async (asked) => escalationDigest(renderEscalation(asked)),
    find: async () => {
      await looking()
      return (looks += 1) < 3 ? undefined : given
    },
    grants: async () => (given?.decision === 'approved' && looks >= 3 ? [given.token] : []),
  }
  const audit = memoryAuditLog()
  return { audit, guard: createGuard({ policy, keys, ledger, agentKey, context, approvals, audit }) }
}

describe('requestApproval', () => {
  it('waits for a person, and then the policy is asked again', async () => {
    const { guard, audit } = aGuard(await approvedBy(manager))
    const work = { model: 'gpt-5.3-codex', context: { paths: ['src/session.ts'] } }
    expect(await guard.check(work)).toMatchObject({ type: 'escalate' })
    expect(await guard.requestApproval(escalation, { interval: 1 })).toMatchObject({ by: 'github:1' })
    expect(await guard.check(work)).toMatchObject({ type: 'allow' })
    expect(await guard.check({ ...work, context: { paths: ['other/x.ts'] } })).toMatchObject({
      code: 'grant_path',
    })
    expect(audit.records).toMatchObject([
      { kind: 'escalation.requested', subject: 'ISSUE-12', data: { 'model_policy.escalation': digest } },
    ])
  })

  it.each<[string, () => Promise<Approval> | Approval | undefined, string, string]>([
    ['a decline', () => declinedBy(manager), 'approval_declined', 'too wide'],
    ['an approval by nobody whose key counts', () => approvedBy(stranger), 'grant_key_unknown', stranger.kid],
    ['a decline by nobody whose key counts', () => declinedBy(stranger), 'grant_key_unknown', stranger.kid],
    ['the word alone', () => ({ ...answer, decision: 'approved', token: 'yes' }), 'grant_malformed', ''],
  ])('ends with an error for %s', async (_name, given, code, part) => {
    const { guard } = aGuard(await given())
    await expect(guard.requestApproval(escalation, { interval: 1 })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(part),
    })
  })

  it('ends without an answer in time, with no pause between looks as well', async () => {
    for (const interval of [0, 1, 1000]) {
      const { guard } = aGuard(undefined)
      await expect(guard.requestApproval(escalation, { interval, timeout: 5 })).rejects.toMatchObject({
        code: 'approval_expired',
        message: expect.stringContaining('within 5 ms'),
      })
    }
  })

  it('counts the time that looking takes', async () => {
    let looks = 0
    const { guard } = aGuard(undefined, async () => {
      looks += 1
      await sleep(20)
    })
    const wait = guard.requestApproval(escalation, { interval: 1, timeout: 10 })
    await expect(wait).rejects.toMatchObject({ code: 'approval_expired' })
    expect(looks).toBe(1)
  })

  it('ends when it is told to', async () => {
    const { guard } = aGuard(undefined)
    const wait = guard.requestApproval(escalation, { signal: AbortSignal.timeout(1) })
    await expect(wait).rejects.toMatchObject({ name: 'AbortError' })
  })
})
