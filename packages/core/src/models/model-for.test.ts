import { describe, expect, it } from 'vitest'
import { aChange } from '../../test/facts.ts'
import { defaultPolicy } from '../policy/default-policy.ts'
import { definePolicy } from '../policy/define-policy.ts'
import { modelFor } from './model-for.ts'

const policy = await definePolicy(defaultPolicy)

describe('modelFor', () => {
  it('gives low-demand work the cheap model', () => {
    expect(modelFor(policy, 'triage')).toEqual({
      modelClass: 'standard',
      model: 'gpt-5-mini',
      reason: 'triage is work for standard',
    })
  })

  it('proposes the dearer model for work that is meant for it, and does not take it', () => {
    expect(modelFor(policy, 'code-generation')).toEqual({
      modelClass: 'standard',
      model: 'gpt-5-mini',
      reason: "codex needs a person's approval; until then gpt-5-mini",
      proposal: {
        modelClass: 'codex',
        model: 'gpt-5.3-codex',
        reason: 'code-generation is work for codex',
        findings: [],
      },
    })
  })

  it('proposes the dearer model when the change crosses a threshold', () => {
    const choice = modelFor(policy, 'triage', aChange({ changedLines: 850 }))
    expect(choice).toMatchObject({ model: 'gpt-5-mini', proposal: { model: 'gpt-5.3-codex' } })
    expect(choice.proposal?.findings.map(({ rule }) => rule)).toEqual(['threshold:changedLines'])
    expect(choice.proposal?.reason).toContain('850 changed lines')
  })

  it('proposes nothing for a change below every threshold', () => {
    expect(modelFor(policy, 'triage', aChange({ changedLines: 400 }))).not.toHaveProperty('proposal')
  })

  it('has nothing to propose where no class is open to a grant', async () => {
    const cheap = await definePolicy({
      version: 1,
      models: { default: 'm', classes: { standard: { access: 'open', models: ['m-*', 'm'] } } },
      taskClasses: { triage: { model: 'standard', about: 'sort issues' } },
      thresholds: { changedLines: 1 },
    })
    expect(modelFor(cheap, 'triage', aChange({ changedLines: 9 }))).toEqual({
      modelClass: 'standard',
      model: 'm',
      reason: 'triage is work for standard',
    })
  })
})
