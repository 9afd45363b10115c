import {
  defaultPolicy,
  definePolicy,
  escalationDigest,
  generateKeyPair,
  grantClaims,
  keyring,
  memoryLedger,
  renderEscalation,
  signGrant,
  type CallContext,
  type Escalation,
  type GrantClaims,
  type KeyPair,
  type KeySource,
  type Ledger,
  type Policy,
} from '@policy/core'
import type { AgentKey } from '../guard/agent-key.ts'

/** How {@link testAuthority} is made. */
export interface TestAuthorityOptions {
  /** A policy that lists `github:1` as an approver. @default the default policy with that approver */
  policy?: Policy
}

/** What {@link TestAuthority.grant} may change of its usual grant. */
export interface TestGrantOptions {
  /** @default 'gpt-5.3-codex' */
  model?: string
  /** Types of tools that may act on their own in the calls. @default none */
  tools?: readonly string[]
  /** One command or one write instead of a model; such a grant is for one time. */
  request?: Exclude<Escalation['request'], { model: string }>
  /** @default 25 */
  maxCalls?: number
  /** When it was issued, in milliseconds since 1970-01-01T00:00:00Z. @default Date.now() */
  now?: number
  /** Another key to sign with, such as one that nobody lists. */
  signedWith?: KeyPair
  /** Changes to the claims before they are signed. */
  claims?: Partial<GrantClaims>
}

/** A policy, a ledger, an agent with its key, and a project manager who grants what a test asks for. */
export interface TestAuthority {
  policy: Policy
  keys: KeySource
  ledger: Ledger
  agentKey: AgentKey
  /** A context that the usual grant covers. */
  context: CallContext
  /** A signed grant; each is another approval with a budget of its own. */
  grant(options?: TestGrantOptions): Promise<string>
}

/**
 * What a granted call takes, ready-made: spread it into `createGuard`.
 *
 * @example
 * const authority = await testAuthority()
 * const guard = createGuard({ ...authority, audit: memoryAuditLog(), grants: [await authority.grant()] })
 */
export async function testAuthority(options: TestAuthorityOptions = {}): Promise<TestAuthority> {
  const policy = options.policy ?? (await definePolicy(policyWithApprover))
  const [manager, agentKey] = await Promise.all([generateKeyPair(), generateKeyPair()])
  const keys = keyring([
    {
      kid: manager.kid,
      role: 'approver',
      subject: approver,
      key: manager.publicJwk,
      personas: [policy.document.escalation.approvers.persona],
      notBefore: '2020-01-01T00:00:00Z',
    },
  ])
  const ledger = memoryLedger({ id: 'led_01J00000000000000000000000' })
  const escalation = testEscalation(policy, ledger, agentKey)
  const { agent, persona, task, repo, paths } = escalation
  let grants = 0
  return {
    policy,
    keys,
    ledger,
    agentKey,
    context: { agent, persona, task, repo, paths: ['src/session.ts'], taskClass: 'refactoring' },
    async grant({
      model = 'gpt-5.3-codex',
      tools,
      request,
      maxCalls = request ? 1 : 25,
      now = Date.now(),
      signedWith = manager,
      claims,
    } = {}) {
      grants += 1
      const asked = { ...escalation, request: request ?? { model, ...(tools && { tools }) }, paths }
      const minted = grantClaims(
        { escalation: asked, digest: escalationDigest(renderEscalation(asked)) },
        { policy, by: approver, basis: 'approval', uri: 'test:approval', event: `test:${grants}`, now },
      )
      const [detail] = minted.authorization_details
      const limited: GrantClaims = {
        ...minted,
        authorization_details: [{ ...detail, max_calls: maxCalls }],
        ...claims,
      }
      return signGrant(limited, signedWith.privateJwk)
    },
  }
}

const approver = 'github:1'

const policyWithApprover = {
  ...defaultPolicy,
  escalation: {
    ...defaultPolicy.escalation,
    approvers: { ...defaultPolicy.escalation.approvers, people: [approver] },
  },
}

function testEscalation(policy: Policy, ledger: Ledger, agentKey: KeyPair): Escalation {
  return {
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
    summary: 'Split the session store out of the auth module',
    measured: null,
    paths: ['src/**'],
    estimate: { promptTokens: 1000, outputs: ['src/**'] },
    policy: policy.digest,
  }
}
