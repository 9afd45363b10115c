import { describe, expect, it } from 'vitest'
import { aPolicy, aRecord, anEscalation, manager } from '../../test/approved-work.ts'
import { escalationDigest } from '../escalation/escalation-digest.ts'
import { renderEscalation } from '../escalation/render-escalation.ts'
import { generateKeyPair } from '../grant/generate-key-pair.ts'
import type { PublicKeyRecord } from '../grant/keys.ts'
import type { PolicyInput } from '../policy/schema.ts'
import { judgeApproval, type ApprovalFacts, type Judgement } from './judge-approval.ts'

const pair = await generateKeyPair()
const escalation = anEscalation()
const judged = { escalation, digest: escalationDigest(renderEscalation(escalation)) }

const byKey = (changes: Partial<PublicKeyRecord> = {}): ApprovalFacts['evidence'] => ({
  type: 'key',
  key: aRecord(pair, { role: 'approver', ...changes }),
})
const byForge = (human: boolean): ApprovalFacts['evidence'] => ({ type: 'forge', human })

function judgement(changes: Partial<ApprovalFacts>, policyChanges: PolicyInput['escalation'] = {}): string {
  const policy = aPolicy(policyChanges)
  const result: Judgement = judgeApproval(
    policy,
    { ...judged, escalation: { ...escalation, policy: policy.digest } },
    {
      decision: 'approved',
      basis: 'approval',
      by: manager,
      escalation: judged.digest,
      requesters: [],
      evidence: byKey(),
      ...changes,
    },
  )
  return result.type === 'refused' ? result.code : result.type
}

const measurer = byKey({ role: 'measurer', subject: 'ci:measure', personas: [] })
const byThreshold = { basis: 'threshold', by: 'ci:measure', evidence: measurer } as const
const both: PolicyInput['escalation'] = { basis: ['approval', 'threshold'], approvers: { people: [manager] } }

describe('judgeApproval', () => {
  it.each<[string, Partial<ApprovalFacts>, string]>([
    ['a listed person by their own key', {}, 'approved'],
    ['a listed person, as the forge knows them', { evidence: byForge(true) }, 'approved'],
    [
      'a listed person, as a minter saw them',
      { evidence: byKey({ role: 'minter', subject: 'ci:mint', personas: [] }) },
      'approved',
    ],
    ['a listed person who declines', { decision: 'declined' }, 'declined'],
    [
      'a person whom the policy does not list',
      { by: 'github:2', evidence: byForge(true) },
      'approval_unlisted',
    ],
    [
      'a decline by a person whom the policy does not list',
      { decision: 'declined', by: 'github:2', evidence: byForge(true) },
      'approval_unlisted',
    ],
    ['a look-alike id', { by: 'github:１234567', evidence: byForge(true) }, 'approval_unlisted'],
    ['an id with a space', { by: `${manager} `, evidence: byForge(true) }, 'approval_unlisted'],
    ['a bot', { evidence: byForge(false) }, 'approval_not_person'],
    ['the agent', { by: escalation.agent, evidence: byForge(true) }, 'approval_self'],
    [
      'the agent in another case',
      { by: escalation.agent.toUpperCase(), evidence: byForge(true) },
      'approval_self',
    ],
    ['the person who asked', { requesters: [manager] }, 'approval_self'],
    [
      'the person who did the work, among others',
      { requesters: ['github:9', manager], evidence: byForge(true) },
      'approval_self',
    ],
    ['a person by the key of another', { evidence: byKey({ subject: 'github:2' }) }, 'grant_key_role'],
    ['a person by a signer of policies', { evidence: byKey({ role: 'signer' }) }, 'grant_key_role'],
    ['a person by a measurer', { evidence: byKey({ role: 'measurer' }) }, 'grant_key_role'],
    [
      'a key that acts in another persona',
      { evidence: byKey({ personas: ['developer'] }) },
      'grant_key_role',
    ],
    ['an answer to something else', { escalation: `sha256:${'0'.repeat(64)}` }, 'grant_escalation'],
    ['a threshold, where the policy allows none', byThreshold, 'approval_basis'],
  ])('judges %s', (_name, changes, expected) => {
    expect(judgement(changes)).toBe(expected)
  })

  it.each<[string, Partial<ApprovalFacts>, string]>([
    ['a measurer', byThreshold, 'approved'],
    ['a measurer under the name of another', { ...byThreshold, by: 'ci:other' }, 'grant_key_role'],
    [
      'a minter',
      { ...byThreshold, evidence: byKey({ role: 'minter', subject: 'ci:measure' }) },
      'grant_key_role',
    ],
    ['an approver', { ...byThreshold, by: manager, evidence: byKey() }, 'grant_key_role'],
    ['the forge', { ...byThreshold, evidence: byForge(true) }, 'grant_key_role'],
    [
      'the agent with a key to measure',
      {
        ...byThreshold,
        by: escalation.agent,
        evidence: byKey({ role: 'measurer', subject: escalation.agent }),
      },
      'approval_self',
    ],
  ])('judges a threshold by %s', (_name, changes, expected) => {
    expect(judgement(changes, both)).toBe(expected)
  })

  it.each<[string, PolicyInput['escalation'], Partial<ApprovalFacts>, string]>([
    ['nobody may approve', { approvers: { people: [] } }, {}, 'approval_unlisted'],
    [
      'an agent is listed as a person',
      { approvers: { people: ['agent:other'] } },
      { by: 'agent:other', evidence: byForge(true) },
      'approval_not_person',
    ],
    [
      'people have another persona',
      { approvers: { people: [manager], persona: 'owner' } },
      {},
      'grant_key_role',
    ],
    ['only thresholds count', { ...both, basis: ['threshold'] }, {}, 'approval_basis'],
    [
      'only thresholds count, and a person declines',
      { ...both, basis: ['threshold'] },
      { decision: 'declined' },
      'declined',
    ],
  ])('judges under a policy by which %s', (_name, policy, changes, expected) => {
    expect(judgement(changes, policy)).toBe(expected)
  })

  it('refuses an answer under another policy', () => {
    const policy = aPolicy({ file: 'other.md', approvers: { people: [manager] } })
    const facts: ApprovalFacts = {
      decision: 'approved',
      basis: 'approval',
      by: manager,
      escalation: judged.digest,
      requesters: [],
      evidence: byKey(),
    }
    expect(judgeApproval(policy, judged, facts)).toMatchObject({ type: 'refused', code: 'grant_policy' })
  })
})
