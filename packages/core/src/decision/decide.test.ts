import { describe, expect, it } from 'vitest'
import type { CallContext } from '../call/call-context.ts'
import type { ModelCall } from '../call/model-call.ts'
import { defaultPolicy } from '../policy/default-policy.ts'
import { definePolicy } from '../policy/define-policy.ts'
import { aChange } from '../../test/facts.ts'
import { decide } from './decide.ts'
import { explainDecision } from './explain-decision.ts'

const policy = await definePolicy({
  ...defaultPolicy,
  models: {
    ...defaultPolicy.models,
    classes: { ...defaultPolicy.models.classes, closed: { access: 'deny', models: ['gpt-4'] } },
  },
  rules: [
    {
      id: 'no-codex-for-docs',
      when: { taskClass: 'docs', modelClass: 'codex' },
      then: 'deny',
      because: 'documentation is low-demand work',
    },
    { id: 'big-prompts', when: { promptBytes: { over: 1000 } }, then: 'escalate', because: 'they are dear' },
  ],
})

const call = (models: string[], more: Partial<ModelCall> = {}): ModelCall => ({
  models,
  endpoint: '/responses',
  bodyDigest: `sha256:${'0'.repeat(64)}`,
  tools: [],
  bodyBytes: 10,
  ...more,
})

const triage: CallContext = { agent: 'agent:bot', persona: 'developer', taskClass: 'triage' }
const docs: CallContext = { ...triage, taskClass: 'docs' }

describe('decide', () => {
  it.each([
    ['an open model runs', call(['gpt-5-mini']), {}, 'allow', undefined],
    ['a gated model waits for a person', call(['gpt-5.3-codex']), triage, 'escalate', 'grant_required'],
    ['so does its alias', call(['gpt-codex-5.3']), triage, 'escalate', 'grant_required'],
    ['a closed model is refused', call(['gpt-4']), triage, 'deny', 'model_denied'],
    ['an unknown model is refused', call(['mystery-1']), triage, 'deny', 'model_unknown'],
    ['a call without a model is refused', call([]), triage, 'deny', 'model_missing'],
    ['a rule denies', call(['gpt-5.3-codex']), docs, 'deny', 'rule_denied'],
    ['a rule about another class does not', call(['gpt-5-mini']), docs, 'allow', undefined],
    ['an absent fact tightens', call(['gpt-5.3-codex']), {}, 'deny', 'rule_denied'],
    ['an undeclared claim is absent', call(['gpt-5.3-codex']), { taskClass: 'x' }, 'deny', 'rule_denied'],
    ['a rule escalates', call(['gpt-5-mini'], { bodyBytes: 1001 }), triage, 'escalate', 'rule_escalated'],
    ['the strictest model decides', call(['gpt-5-mini', 'gpt-4']), triage, 'deny', 'model_denied'],
    [
      'tools that act need a grant',
      call(['gpt-5-mini'], { tools: ['mcp'] }),
      triage,
      'escalate',
      'tool_unauthorized',
    ],
    [
      'so do tools nobody knows',
      call(['gpt-5-mini'], { tools: ['x'] }),
      triage,
      'escalate',
      'tool_unauthorized',
    ],
    [
      'functions run in the caller',
      call(['gpt-5-mini'], { tools: ['function'] }),
      triage,
      'allow',
      undefined,
    ],
  ] as const)('%s', (_name, asked, context, type, code) => {
    expect(decide(policy, asked, context)).toMatchObject(code === undefined ? { type } : { type, code })
  })

  it('refuses a call it cannot read rather than throw', () => {
    const broken = new Proxy(call(['gpt-5-mini']), {
      get() {
        throw new Error('no')
      },
    })
    expect(decide(policy, broken, triage)).toMatchObject({ type: 'deny', code: 'rule_failed' })
  })

  it('refuses a call on which a rule fails, and names the rule', async () => {
    const byPath = await definePolicy({
      ...defaultPolicy,
      rules: [{ id: 'by-path', when: { paths: 'src/**' }, then: 'escalate', because: 'it is ours' }],
    })
    const context = { paths: [undefined as unknown as string] }
    expect(decide(byPath, call(['gpt-5-mini']), context)).toMatchObject({
      type: 'deny',
      code: 'rule_failed',
      findings: [{ rule: 'model-access' }, { rule: 'by-path', code: 'rule_failed' }],
    })
  })

  it('says in the findings what was seen, and what would help', () => {
    const { findings } = decide(policy, call(['gpt-5.3-codex']), {})
    expect(findings.find(({ rule }) => rule === 'no-codex-for-docs')).toEqual({
      rule: 'no-codex-for-docs',
      effect: 'deny',
      code: 'rule_denied',
      saw: 'modelClass codex, no known taskClass',
      reason: 'documentation is low-demand work',
      remedy: 'say taskClass: what is not known counts against the call',
    })
  })
})

describe('explainDecision', () => {
  it('decides the same and keeps the finding of every rule', () => {
    const asked = call(['gpt-5-mini'])
    const { decision, findings } = explainDecision(policy, asked, docs)
    expect(decision).toEqual(decide(policy, asked, docs))
    expect(findings.map(({ rule, effect }) => [rule, effect])).toEqual([
      ['model-access', 'allow'],
      ['no-codex-for-docs', 'none'],
      ['big-prompts', 'none'],
    ])
  })

  it('says what a rule that does not match is about', () => {
    const { findings } = explainDecision(policy, call(['gpt-5.3-codex']), triage)
    expect(findings.find(({ rule }) => rule === 'no-codex-for-docs')).toEqual({
      rule: 'no-codex-for-docs',
      effect: 'none',
      saw: 'taskClass triage',
      reason: 'does not match: it is about taskClass docs',
      remedy: 'with taskClass docs it would deny: documentation is low-demand work',
    })
  })

  it('tells of claims that the policy does not know, and of thresholds crossed', () => {
    const context = { persona: 'developr', taskClass: 'cooking', change: aChange({ changedLines: 900 }) }
    const { findings } = explainDecision(policy, call(['gpt-5-mini']), context)
    expect(findings.slice(-3).map(({ rule, effect, remedy }) => [rule, effect, remedy])).toEqual([
      ['threshold:changedLines', 'none', 'split the work so that it stays at 400 or fewer'],
      ['declared:persona', 'none', 'did you mean "developer"?'],
      ['declared:taskClass', 'none', 'declare it in taskClasses, or say another'],
    ])
  })
})
