import { randomUUID } from 'node:crypto'
import {
  type AuditLog,
  type AuditRecord,
  type CallContext,
  definePolicy,
  type Escalation,
  escalationDigest,
  generateKeyPair,
  type GrantClaims,
  grantClaims,
  grantVerifier,
  keyring,
  memoryLedger,
  type PolicyInput,
  renderEscalation,
  signGrant,
} from '@policy/core'
import { execAuthorized, type ExecAuthorizedOptions } from '../../src/index.ts'
import { scratchRepository } from './scratch-repository.ts'

const manager = 'github:1234567'

/** A repository, an agent with its key, and a project manager who authorizes what a test asks for. */
export async function authorizedCommands(safety: PolicyInput['safety'] = {}) {
  const repository = scratchRepository()
  const base = repository.commit({ 'packages/app/index.js': 'export {}\n' })
  const policy = await definePolicy({
    version: 1,
    models: { default: 'small', classes: { standard: { access: 'open', models: ['small'] } } },
    escalation: { approvers: { people: [manager] } },
    safety,
  })
  const [approver, agent] = await Promise.all([generateKeyPair(), generateKeyPair()])
  const keys = keyring([
    {
      kid: approver.kid,
      role: 'approver',
      subject: manager,
      key: approver.publicJwk,
      personas: ['project-manager'],
      notBefore: '2020-01-01T00:00:00Z',
    },
  ])
  const ledger = memoryLedger({ id: 'led_01J00000000000000000000000' })
  const records: AuditRecord[] = []
  const audit: AuditLog = {
    record: async (record) => void records.push(record),
    flush: async () => undefined,
    close: async () => undefined,
  }
  const repo = 'github.com/acme/app'
  const context: CallContext = {
    agent: 'agent:bot',
    agentKey: agent.kid,
    persona: 'developer',
    task: 'ISSUE-12',
    repo,
    paths: ['README.md'],
  }
  const verify = grantVerifier({ policy, keys, ledger: ledger.id, issuer: repo, clock: Date.now })
  let approvals = 0

  /** A grant for one run of a command, signed by the manager. */
  async function authorization(
    request: Extract<Escalation['request'], { command: unknown }>,
    claims: Partial<GrantClaims> = {},
    now = Date.now(),
  ): Promise<string> {
    const escalation: Escalation = {
      escalation: 1,
      id: 'esc_01J00000000000000000000000',
      task: 'ISSUE-12',
      agent: 'agent:bot',
      agentKey: agent.publicJwk,
      persona: 'developer',
      request,
      repo,
      ledger: ledger.id,
      base,
      reasons: ['complexity'],
      summary: 'Run it',
      measured: null,
      paths: ['**'],
      estimate: { promptTokens: 0, outputs: [] },
      policy: policy.digest,
    }
    approvals += 1
    const digest = escalationDigest(renderEscalation(escalation))
    const event = `test:${approvals}`
    const minted = grantClaims(
      { escalation, digest },
      { policy, by: manager, basis: 'approval', uri: 'test:', event, now },
    )
    return signGrant({ ...minted, ...claims }, approver.privateJwk)
  }

  /** Try to run a command with some authorizations at hand. */
  const attempt = (
    argv: readonly string[],
    tokens: readonly string[],
    changes: Partial<ExecAuthorizedOptions> = {},
  ) =>
    execAuthorized(argv, {
      repository,
      policy,
      ledger,
      verify,
      tokens,
      now: Date.now(),
      context,
      audit,
      randomId: randomUUID,
      ...changes,
    })

  return { ...repository, policy, ledger, context, records, authorization, attempt }
}
