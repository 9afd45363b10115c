import {
  type AuditEvent,
  classifyModel,
  definePolicy,
  defaultPolicy,
  type Digest,
  type Escalation,
  escalationDigest,
  type FileChange,
  grantClaims,
  type Policy,
  type PublicKeyRecord,
  renderEscalation,
  type VerifiedGrant,
} from '@policy/core'
import type { Account } from '../../src/account/account.ts'
import type {
  CommitEvidence,
  EscalationEvidence,
  GrantEvidence,
  PullRequestEvidence,
} from '../../src/evidence/pull-request-evidence.ts'

// The people and programs of every case.
export const manager: Account = { id: 1001, login: 'mona', bot: false }
export const developer: Account = { id: 2002, login: 'dev', bot: false }
export const reviewer: Account = { id: 3003, login: 'rev', bot: false }
export const maintainer: Account = { id: 4004, login: 'main', bot: false }
export const outsider: Account = { id: 5005, login: 'out', bot: false }
export const agent: Account = { id: 9009, login: 'refactor-bot[bot]', bot: true }
export const codexBot: Account = { id: 199175422, login: 'chatgpt-codex-connector[bot]', bot: true }

export const [base, oldHead, head] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)] as const
export const now = Date.parse('2026-11-22T12:00:00Z')
export const label = 'model:codex-approve'

export const policy = await definePolicy({
  ...defaultPolicy,
  escalation: {
    ...defaultPolicy.escalation,
    approvers: { persona: 'project-manager', label, people: [`github:${manager.id}`] },
  },
})

/** The same policy, but for its part about merging. */
export const policyWith = (merge: Partial<Policy['document']['merge']>): Promise<Policy> =>
  definePolicy({ ...policy.source, merge: { ...policy.source.merge, ...merge } })

export const minter: PublicKeyRecord = {
  kid: 'minter-key',
  role: 'minter',
  subject: 'ci:mint',
  key: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
  personas: [],
  notBefore: '2026-01-01T00:00:00Z',
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
    base,
    reasons: ['complexity'],
    summary: 'Split the session store out of the auth module',
    measured: null,
    paths: ['src/**'],
    estimate: { promptTokens: 42000, outputs: ['src/**'] },
    policy: policy.digest,
    ...changes,
  }
}

export function readEscalation(
  changes: Partial<Escalation> = {},
  facts: Partial<Extract<EscalationEvidence, { type: 'read' }>> = {},
): Extract<EscalationEvidence, { type: 'read' }> {
  const escalation = anEscalation(changes)
  const digest = escalationDigest(renderEscalation(escalation))
  return { type: 'read', escalation, digest, onBase: false, reachesBase: true, ...facts }
}

/** A grant as the minter signs it for an event, by default for the label event 7 of the manager. */
export function aGrant(
  facts: { event?: string; by?: Account; escalation?: Partial<Escalation>; key?: PublicKeyRecord } = {},
): Extract<GrantEvidence, { type: 'verified' }> {
  const { event = 'github:label:7', by = manager, escalation = {}, key = minter } = facts
  const { model } = { model: classifyModel(policy, 'gpt-5.3-codex').id }
  const approval = { policy, model, by: `github:${by.id}`, basis: 'approval', uri: 'u', event, now } as const
  const claims = grantClaims(readEscalation(escalation), approval)
  // Only the collector verifies signatures; the judge takes its word.
  return { type: 'verified', token: '', grant: { ...claims, kid: key.kid } as unknown as VerifiedGrant, key }
}

export function aCall(
  changes: { digest?: Digest; jti?: string; time?: string } = {},
): AuditEvent<'call.started'> {
  const {
    digest = readEscalation().digest,
    jti = aGrant().grant.jti,
    time = '2026-11-22T13:00:00.000Z',
  } = changes
  return {
    specversion: '1.0',
    id: '019abc00-0000-7000-8000-000000000000',
    source: 'urn:model-policy:test',
    type: 'dev.modelpolicy.call.started.v1',
    time,
    data: {
      'model_policy.call_id': 'call-1',
      'model_policy.source': 'guard',
      'model_policy.audit': 'full',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-codex-5.3',
      'model_policy.model': 'gpt-5.3-codex',
      'model_policy.model_class': 'codex',
      'model_policy.policy_digest': policy.digest,
      'model_policy.prompt_hash': 'sha256:0',
      'model_policy.decision': 'allow',
      'model_policy.grant.jti': jti,
      'model_policy.escalation': digest,
    },
  }
}

export const trailers = `Split the store

AI-Model: gpt-5.3-codex
Assisted-by: Codex:gpt-5.3-codex
AI-Escalation: esc_01JD0000000000000000000000#${readEscalation().digest.slice(0, 23)}
`

export function aCommit(changes: Partial<CommitEvidence> = {}): CommitEvidence {
  return {
    id: head,
    message: trailers,
    author: agent,
    committer: agent,
    at: now,
    signatures: [{ name: 'Refactor', address: 'refactor@example.com' }],
    verification: { verified: false, reason: 'unsigned' },
    parents: [base],
    paths: ['src/session/store.ts'],
    ...changes,
  }
}

export function aFile(path: string, changes: Partial<FileChange> = {}): FileChange {
  return { path, status: 'modified', kind: 'file', added: 3, deleted: 1, modeChanged: false, ...changes }
}

/** A change of these files; the rest of `Change` does not matter to a verdict. */
export function aChange(...files: FileChange[]): PullRequestEvidence['change'] {
  return { base, head, files, manifests: [], newDependencies: [] }
}

/** A check that GitHub Actions reports. */
export const green = (name: string) => ({ name, app: 15368, conclusion: 'success' })

export const approved = (id: number, by: Account, commit = head) =>
  ({ id, by, state: 'APPROVED', commit, at: now }) as const

export const labeled = (id: number, actor: Account = manager, name = label) =>
  ({ id, type: 'labeled', label: name, actor, viaApp: undefined, at: now }) as const

/** A pull request with nothing wrong: Codex made one commit, the manager's label was minted, a reviewer approved the head. */
export function aPullRequest(changes: Partial<PullRequestEvidence> = {}): PullRequestEvidence {
  return {
    number: 12,
    draft: false,
    repository: 'github.com/acme/app',
    author: agent,
    baseBranch: 'main',
    base,
    head,
    headBranch: 'refactor/session',
    body: '',
    commits: [aCommit()],
    labels: [label],
    labelEvents: [labeled(7)],
    reviews: [approved(31, reviewer)],
    checks: [green('test'), green('skill-vetter')],
    pushes: [{ by: agent, before: base, after: head }],
    change: aChange(aFile('src/session/store.ts'), aFile('escalation.md', { status: 'added' })),
    symlinks: [],
    gateLocks: [],
    escalation: readEscalation(),
    grants: [aGrant()],
    audit: { type: 'verified', events: [aCall()] },
    standings: {
      [`github:${manager.id}`]: { permission: 'write', role: 'maintain' },
      [`github:${reviewer.id}`]: { permission: 'write', role: 'write' },
      [`github:${maintainer.id}`]: { permission: 'admin', role: 'admin' },
      [`github:${outsider.id}`]: { permission: 'read', role: 'triage' },
      [`github:${developer.id}`]: { permission: 'write', role: 'write' },
    },
    ...changes,
  }
}
