import { describe, expect, it } from 'vitest'
import { PolicyError } from '../errors/policy-error.ts'
import { defaultPolicy } from './default-policy.ts'
import { definePolicy } from './define-policy.ts'
import { parsePolicy } from './parse-policy.ts'

const minimal = `version: 1
models:
  default: gpt-5-mini
  classes:
    standard: { access: open, models: [gpt-5-mini] }
`

async function refusal(text: string): Promise<PolicyError> {
  try {
    await parsePolicy(text, { file: 'model-policy.yaml' })
  } catch (error) {
    if (PolicyError.is(error)) return error
    throw error
  }
  throw new Error('the policy was taken')
}

describe('parsePolicy', () => {
  it('fills in the defaults and keeps the source as it was written', async () => {
    const policy = await parsePolicy(minimal)
    expect(policy.document.models.unknown).toBe('deny')
    expect(policy.document.escalation.approvers.people).toEqual([])
    expect(policy.source).not.toHaveProperty('escalation')
    expect(Object.isFrozen(policy.document.models.classes.standard?.models)).toBe(true)
  })

  it('gives YAML, JSON and code the same digest', async () => {
    const { digest, source } = await parsePolicy(minimal)
    expect((await parsePolicy(JSON.stringify(source))).digest).toBe(digest)
    expect((await definePolicy(source)).digest).toBe(digest)
    expect((await parsePolicy(`# a comment\n${minimal}`)).digest).toBe(digest)
  })

  it('takes the default policy', async () => {
    const { digest } = await definePolicy(defaultPolicy)
    expect((await parsePolicy(JSON.stringify(defaultPolicy))).digest).toBe(digest)
  })

  it('names file, line, column, path and the nearest word', async () => {
    const error = await refusal(minimal.replace('open', 'opn'))
    expect(error.code).toBe('policy_invalid')
    expect(error.message).toBe(
      'model-policy.yaml:5:25: models.classes.standard.access: expected "open" or "grant" or "deny", got "opn"; did you mean "open"?',
    )
    expect(error.place).toEqual({
      file: 'model-policy.yaml',
      line: 5,
      column: 25,
      path: 'models.classes.standard.access',
    })
    expect(error.remedy).toBe('did you mean "open"?')
  })

  it('tells of every problem at once, in the order of the text', async () => {
    const error = await refusal(`${minimal}rulez: []\nenforcement: observ\n`)
    expect(error.message.split('\n').map((line) => line.split(': ')[0]?.trim())).toEqual([
      'model-policy.yaml has 2 problems:',
      'model-policy.yaml:6:1',
      'model-policy.yaml:7:14',
    ])
    expect((error.cause as AggregateError).errors).toHaveLength(2)
  })

  it('tells in one round what is wrong in form and what contradicts itself', async () => {
    const rules =
      'rules:\n  - { id: a, because: b, when: {}, then: dney }\n  - { id: c, because: d, when: { modelClass: codx }, then: deny }\n'
    const error = await refusal(`${minimal}${rules}safety: { shell: maybe }\n`)
    expect(error.message.split('\n')).toEqual([
      'model-policy.yaml has 3 problems:',
      expect.stringContaining('rules.0.then'),
      expect.stringContaining('there is no model class "codx"'),
      expect.stringContaining('safety.shell'),
    ])
  })

  it('does not guess at references into a section that is wrong in form', async () => {
    const rules = 'rules:\n  - { id: a, because: b, when: { modelClass: standrd }, then: deny }\n'
    const error = await refusal(`${minimal.replace('open', 'opn')}${rules}`)
    expect((error.cause as AggregateError | undefined)?.errors).toBeUndefined()
    expect(error.message).toContain('models.classes.standard.access')
  })
})
