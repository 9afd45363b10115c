import { describe, expect, it } from 'vitest'
import { defaultPolicy } from '../policy/default-policy.ts'
import { definePolicy } from '../policy/define-policy.ts'
import { defaultPolicyCases } from './default-policy-cases.ts'
import { parsePolicyCases } from './parse-policy-cases.ts'
import { testPolicy } from './test-policy.ts'

describe('the default policy', () => {
  it('holds its own cases', async () => {
    const { results } = testPolicy(
      await definePolicy(defaultPolicy),
      await parsePolicyCases(defaultPolicyCases),
    )
    expect(results.filter(({ differences }) => differences.length > 0)).toEqual([])
    expect(results.length).toBeGreaterThan(10)
  })
})

describe('testPolicy', () => {
  it('says what differs, and which rules no case reached', async () => {
    const policy = await definePolicy({
      ...defaultPolicy,
      rules: [
        { id: 'docs', when: { taskClass: 'docs', modelClass: 'codex' }, then: 'deny', because: 'low demand' },
        { id: 'main', when: { branch: 'main' }, then: 'escalate', because: 'it is shared' },
      ],
    })
    const cases = await parsePolicyCases(`version: 1
cases:
  - { name: holds, given: { model: gpt-5.3-codex, taskClass: docs, branch: topic }, expect: { decision: deny, rule: docs } }
  - name: does not
    given: { model: gpt-5.3-codex, taskClass: triage, branch: topic }
    expect: { decision: deny, code: rule_denied, rule: docs }
`)
    const { results, coverage } = testPolicy(policy, cases)
    expect(results.map(({ differences }) => differences)).toEqual([
      [],
      [
        'decision: expected deny, got escalate: model "gpt-5.3-codex": class "codex" runs only under a grant',
        'code: expected rule_denied, got grant_required',
        'rule: expected docs to match, got model-access',
      ],
    ])
    expect(coverage).toEqual([
      { rule: 'docs', cases: 1 },
      { rule: 'main', cases: 0 },
    ])
  })
})

describe('parsePolicyCases', () => {
  it.each([
    ['version: 1\ncases: []', 'c.yaml:2:8: cases: expected at least one case, got a list'],
    [
      'version: 1\ncases:\n  - { name: a, given: { modle: x }, expect: allow }',
      'c.yaml:3:25: cases.0.given.modle: there is no "modle" here; did you mean "model"?',
    ],
    [
      'version: 1\ncases:\n  - { name: a, given: {}, expect: alow }',
      'c.yaml:3:35: cases.0.expect: expected "allow" or "escalate" or "deny", got "alow"; did you mean "allow"?',
    ],
    [
      'version: 1\ncases:\n  - { name: a, given: {}, expect: { decision: deny, code: rule_dened } }',
      'cases.0.expect.code: expected one of ',
    ],
  ])('refuses %j', async (text, message) => {
    await expect(parsePolicyCases(text, { file: 'c.yaml' })).rejects.toMatchObject({
      code: 'policy_cases_invalid',
      message: expect.stringContaining(message),
    })
  })
})
