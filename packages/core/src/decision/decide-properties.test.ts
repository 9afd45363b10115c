import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CallContext } from '../call/call-context.ts'
import type { ModelCall } from '../call/model-call.ts'
import type { VerifiedGrant } from '../grant/grant.ts'
import { defaultPolicy } from '../policy/default-policy.ts'
import { definePolicy } from '../policy/define-policy.ts'
import type { Policy } from '../policy/policy.ts'
import type { PolicyInput } from '../policy/schema.ts'
import { aCall, aChange } from '../../test/facts.ts'
import { decide } from './decide.ts'
import type { Decision } from './decision.ts'
import { explainDecision } from './explain-decision.ts'

type RuleInput = NonNullable<PolicyInput['rules']>[number]

const rank = ({ type }: Decision) => ({ allow: 0, escalate: 1, deny: 2 })[type]

const some = (...values: string[]) => fc.subarray(values, { minLength: 1 })
const over = fc.record({ over: fc.nat({ max: 10 }) })
const files = fc.subarray(['README.md', 'src/auth/a.ts', 'src/b.ts'])

const when = fc.record(
  {
    persona: some('developer', 'project-manager'),
    agent: some('agent:a', 'agent:*'),
    taskClass: some('triage', 'docs'),
    repo: some('github.com/acme/*'),
    branch: some('main', 'release/*'),
    modelClass: some('standard', 'codex'),
    model: some('gpt-5-m*', '*codex*'),
    paths: some('src/**', '**/auth/**'),
    reasons: fc.subarray(['complexity' as const, 'security' as const], { minLength: 1 }),
    endpoint: some('/responses', '/chat/*'),
    tools: some('mcp', 'function'),
    promptBytes: over,
    changedLines: over,
    changedFiles: over,
    modules: over,
  },
  { requiredKeys: [] },
)

const rules = fc
  .array(fc.record({ when, then: fc.constantFrom('escalate' as const, 'deny' as const) }), { maxLength: 5 })
  .map((parts) => parts.map((part, index) => ({ ...part, id: `r${index}`, because: 'so' })))

const calls: fc.Arbitrary<ModelCall> = fc
  .record(
    {
      models: fc.array(
        fc.oneof(fc.constantFrom('gpt-5-mini', 'gpt-5.3-codex', 'gpt-codex-5.3', 'gpt-4'), fc.string()),
        {
          maxLength: 3,
        },
      ),
      endpoint: fc.constantFrom('/responses', '/chat/completions', ''),
      tools: fc.array(fc.oneof(fc.constantFrom('function', 'mcp'), fc.string()), { maxLength: 2 }),
      bodyBytes: fc.nat({ max: 12 }),
    },
    { requiredKeys: ['models'] },
  )
  .map(aCall)

const changes = fc
  .record({
    paths: files,
    changedLines: fc.nat({ max: 12 }),
    changedFiles: fc.nat({ max: 12 }),
    modules: files,
  })
  .map(aChange)

const contexts: fc.Arbitrary<CallContext> = fc.record(
  {
    agent: fc.oneof(fc.constant('agent:a'), fc.string()),
    agentKey: fc.constant('key'),
    persona: fc.oneof(fc.constantFrom('developer', 'project-manager'), fc.string()),
    task: fc.constant('ISSUE-12'),
    taskClass: fc.oneof(fc.constantFrom('triage', 'docs'), fc.string()),
    repo: fc.constantFrom('github.com/acme/app', 'github.com/other/app'),
    branch: fc.constantFrom('main', 'topic'),
    paths: files,
    reasons: fc.subarray(['complexity' as const, 'security' as const]),
    change: changes,
  },
  { requiredKeys: [] },
)

const policyOf = (list: readonly RuleInput[]): Promise<Policy> =>
  definePolicy({ ...defaultPolicy, rules: list })

/** Claims that fit the contexts above; only here, where no signature matters, are they taken as verified. */
const grantUnder = (policy: Policy): VerifiedGrant =>
  ({
    jti: 'g',
    nbf: 0,
    exp: 100,
    act: { sub: 'agent:a' },
    cnf: { jkt: 'key' },
    authorization_details: [
      {
        type: 'model_call',
        models: ['gpt-5.3-codex', 'gpt-5-mini'],
        tools: ['mcp'],
        locations: ['github.com/acme/app'],
        task: 'ISSUE-12',
        personas: ['developer', 'project-manager'],
        paths: ['**'],
      },
    ],
    approval: { policy: policy.digest },
  }) as unknown as VerifiedGrant

const options = (policy: Policy, granted: boolean) =>
  granted ? { grant: grantUnder(policy), now: 50_000 } : {}

describe('decide, for any policy, call and context', () => {
  it('answers, always the same, and explains that very answer', async () => {
    await fc.assert(
      fc.asyncProperty(rules, calls, contexts, fc.boolean(), async (list, call, context, granted) => {
        const policy = await policyOf(list)
        const decision = decide(policy, call, context, options(policy, granted))
        expect(['allow', 'escalate', 'deny']).toContain(decision.type)
        expect(decide(policy, call, context, options(policy, granted))).toEqual(decision)
        expect(explainDecision(policy, call, context, options(policy, granted)).decision).toEqual(decision)
      }),
    )
  })

  it('answers calls in any order as if each were the first', async () => {
    const asked = fc.array(fc.tuple(calls, contexts), { minLength: 2, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(rules, asked, async (list, questions) => {
        const policy = await policyOf(list)
        for (const [call, context] of questions) {
          // explainDecision looks at every rule, without the index that decide keeps between calls
          expect(decide(policy, call, context)).toEqual(explainDecision(policy, call, context).decision)
        }
      }),
    )
  })

  it('is never loosened by a rule that is added, and takes rules in any order', async () => {
    await fc.assert(
      fc.asyncProperty(
        rules,
        when,
        calls,
        contexts,
        fc.boolean(),
        async (list, extra, call, context, granted) => {
          const added = { id: 'added', when: extra, then: 'escalate' as const, because: 'so' }
          const policy = await policyOf(list)
          const more = await policyOf([...list, added])
          const turned = await policyOf([added, ...list.toReversed()])
          const before = decide(policy, call, context, options(policy, granted))
          const after = decide(more, call, context, options(more, granted))
          expect(rank(after)).toBeGreaterThanOrEqual(rank(before))
          expect(decide(turned, call, context, options(turned, granted)).type).toBe(after.type)
        },
      ),
    )
  })

  it('is never loosened by a fact that is left out', async () => {
    const facts = ['agent', 'agentKey', 'persona', 'task', 'taskClass', 'repo', 'branch', 'reasons'] as const
    await fc.assert(
      fc.asyncProperty(
        rules,
        calls,
        contexts,
        fc.constantFrom<string[]>(...facts.map((fact) => [fact]), ['paths', 'change']),
        fc.boolean(),
        async (list, call, context, left, granted) => {
          const policy = await policyOf(list)
          const less = Object.fromEntries(Object.entries(context).filter(([key]) => !left.includes(key)))
          const before = decide(policy, call, context, options(policy, granted))
          const after = decide(policy, call, less, options(policy, granted))
          expect(rank(after)).toBeGreaterThanOrEqual(rank(before))
        },
      ),
    )
  })

  it('allows a gated model under a grant that covers it, and under no other', async () => {
    const policy = await policyOf([])
    const context: CallContext = {
      agent: 'agent:a',
      agentKey: 'key',
      persona: 'developer',
      task: 'ISSUE-12',
      repo: 'github.com/acme/app',
      paths: ['src/b.ts'],
    }
    const codex = aCall({ models: ['gpt-codex-5.3'] })
    const grant = grantUnder(policy)
    expect(decide(policy, codex, context, { grant, now: 50_000 })).toMatchObject({
      type: 'allow',
      audit: 'full',
      grant,
    })
    expect(decide(policy, codex, context, { grant, now: 101_000 })).toMatchObject({
      type: 'escalate',
      code: 'grant_expired',
    })
    expect(decide(policy, codex, context, { grant })).toMatchObject({
      type: 'escalate',
      code: 'grant_expired',
    })
    const strict = await policyOf([
      { id: 'ask', when: { modelClass: 'standard' }, then: 'escalate', because: 'so' },
      { id: 'never', when: { endpoint: '/batches' }, then: 'deny', because: 'so' },
    ])
    const under = { grant: grantUnder(strict), now: 50_000 }
    expect(decide(strict, aCall(), context, under)).toMatchObject({ type: 'allow', audit: 'full' })
    expect(decide(strict, aCall({ endpoint: '/batches' }), context, under)).toMatchObject({
      type: 'deny',
      code: 'rule_denied',
    })
    const mcp = aCall({ tools: ['mcp'] })
    expect(decide(policy, mcp, context, { grant, now: 50_000 }).type).toBe('allow')
    expect(decide(policy, aCall({ tools: ['shell'] }), context, { grant, now: 50_000 })).toMatchObject({
      type: 'escalate',
      code: 'tool_unauthorized',
    })
    expect(decide(policy, aCall({ models: ['gpt-4'] }), context, { grant, now: 50_000 })).toMatchObject({
      type: 'deny',
      code: 'model_unknown',
    })
  })
})
