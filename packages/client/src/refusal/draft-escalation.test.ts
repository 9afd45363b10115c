import {
  decide,
  grantClaims,
  renderEscalation,
  escalationDigest,
  type Escalation,
  type ModelCall,
  type VerifiedGrant,
} from '@policy/core'
import { expect, it } from 'vitest'
import { testAuthority } from '../testing.ts'
import { nothing } from '../request/nothing.ts'
import { draftEscalation } from './draft-escalation.ts'

const { policy, ledger, agentKey, context } = await testAuthority()

it('a draft asks for what would let the call run: the model by its provider id, and the tools that act on their own', () => {
  const call: ModelCall = {
    ...nothing,
    models: ['gpt-codex-5.3'],
    endpoint: '/responses',
    tools: ['function', 'mcp', 'mcp'],
  }
  const decision = decide(policy, call, context, { now: Date.now() })
  if (decision.type !== 'escalate') throw new Error(decision.type)
  const facts = { policy, ledger, agentPublicKey: agentKey.publicJwk }
  const draft = draftEscalation(facts, { call, context }, decision)
  expect(draft.request).toEqual({ model: 'gpt-5.3-codex', tools: ['mcp'] })

  const whole = {
    base: '0'.repeat(40),
    id: 'esc_01J00000000000000000000000',
    summary: 'x',
    measured: null,
    ...draft,
  }
  const escalation = whole as Escalation
  const digest = escalationDigest(renderEscalation(escalation))
  const by = { policy, by: 'github:1', basis: 'approval', uri: 'x', event: 'e', now: Date.now() } as const
  const claims = { ...grantClaims({ escalation, digest }, by), kid: 'k' }
  const granted = decide(
    policy,
    call,
    { ...context, agentKey: claims.cnf.jkt },
    { now: Date.now(), grant: claims as unknown as VerifiedGrant },
  )
  expect(granted).toMatchObject({ type: 'allow' })
})
