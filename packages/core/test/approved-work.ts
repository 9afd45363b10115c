import { sha256Hex } from '#sha256'
import canonicalize from 'canonicalize'
import type { Escalation } from '../src/escalation/escalation.ts'
import { escalationDigest } from '../src/escalation/escalation-digest.ts'
import { renderEscalation } from '../src/escalation/render-escalation.ts'
import { generateKeyPair, type KeyPair } from '../src/grant/generate-key-pair.ts'
import { grantClaims } from '../src/grant/grant-claims.ts'
import type { GrantClaims } from '../src/grant/grant.ts'
import { keyring } from '../src/grant/keyring.ts'
import type { KeyRole, PublicKeyRecord } from '../src/grant/keys.ts'
import type { VerifyGrantOptions } from '../src/grant/verify-grant.ts'
import type { Policy } from '../src/policy/policy.ts'
import { policySchema, type PolicyInput } from '../src/policy/schema.ts'

/** The person whom the policy of {@link aPolicy} lists. */
export const manager = 'github:1234567'

/** The moment at which everything here happens. */
export const now = Date.parse('2026-11-22T12:00:00Z')

export function aPolicy(escalation: PolicyInput['escalation'] = {}): Policy {
  const source: PolicyInput = {
    version: 1,
    models: {
      default: 'gpt-5-mini',
      classes: {
        standard: { access: 'open', models: ['gpt-5-mini'] },
        codex: { access: 'grant', models: ['gpt-5.3-codex'], aliases: { codex: 'gpt-5.3-codex' } },
      },
    },
    escalation: { approvers: { people: [manager] }, ...escalation },
  }
  return {
    source,
    document: policySchema.parse(source),
    digest: `sha256:${sha256Hex(canonicalize(source) ?? '')}`,
  }
}

export function aRecord(
  pair: KeyPair,
  changes: Partial<PublicKeyRecord> & { role: KeyRole },
): PublicKeyRecord {
  return {
    kid: pair.kid,
    subject: manager,
    key: pair.publicJwk,
    personas: ['project-manager'],
    notBefore: '2026-01-01T00:00:00Z',
    ...changes,
  }
}

export function anEscalation(changes: Partial<Escalation> = {}): Escalation {
  return {
    escalation: 1,
    id: 'esc_01JD0000000000000000000000',
    task: 'ISSUE-12',
    agent: 'agent:refactor-bot',
    agentKey: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
    persona: 'developer',
    request: { model: 'gpt-5.3-codex' },
    repo: 'github.com/acme/app',
    ledger: 'led_01JD0000000000000000000000',
    base: 'a'.repeat(40),
    reasons: ['complexity', 'security'],
    summary: 'Split the session store out of the auth module',
    measured: { changedFiles: 12, changedLines: 850, modules: 4, sensitive: ['src/auth/session.ts'] },
    paths: ['src/auth/**', 'src/session/**'],
    estimate: { promptTokens: 42000, outputs: ['src/session/**'] },
    policy: aPolicy().digest,
    ...changes,
  }
}

/** An approver's key, the claims of a grant it may sign, and what that grant is verified against. */
export async function approvedWork(): Promise<{
  approver: KeyPair
  claims: GrantClaims
  options: VerifyGrantOptions
}> {
  const approver = await generateKeyPair()
  const policy = aPolicy()
  const escalation = anEscalation({ policy: policy.digest })
  const digest = escalationDigest(renderEscalation(escalation))
  const claims = grantClaims(
    { escalation, digest },
    { policy, by: manager, basis: 'approval', uri: 'file:escalation.md', event: 'file:escalation.md', now },
  )
  const options = {
    keys: keyring([aRecord(approver, { role: 'approver' })]),
    issuer: escalation.repo,
    ledger: escalation.ledger,
    policy,
    now: now + 1000,
  }
  return { approver, claims, options }
}
