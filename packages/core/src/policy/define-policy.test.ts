import { describe, expect, expectTypeOf, it } from 'vitest'
import { modelFor } from '../models/model-for.ts'
import { PolicyError } from '../errors/policy-error.ts'
import { defaultPolicy } from './default-policy.ts'
import { definePolicy } from './define-policy.ts'
import { parsePolicy } from './parse-policy.ts'
import type { Policy } from './policy.ts'
import type { PolicyInput } from './schema.ts'

describe('definePolicy', () => {
  it('keeps the names of task classes for the compiler', async () => {
    const policy = await definePolicy({
      version: 1,
      models: { default: 'gpt-5-mini', classes: { standard: { access: 'open', models: ['gpt-5-mini'] } } },
      taskClasses: { triage: { model: 'standard', about: 'sort issues' } },
    })
    expectTypeOf(policy).toEqualTypeOf<Policy<'triage'>>()
    expectTypeOf(policy).toExtend<Policy>()
    expect(modelFor(policy, 'triage').model).toBe('gpt-5-mini')
    // @ts-expect-error there is no task class of this name
    expect(() => modelFor(policy, 'triag')).toThrow('declares no task class "triag"')
    // @ts-expect-error nor is this one, which every object has
    expect(() => modelFor(policy, 'constructor')).toThrow(PolicyError)
  })

  it('takes any name where the compiler cannot know them', async () => {
    const input: PolicyInput = defaultPolicy
    expectTypeOf(await definePolicy(input)).toEqualTypeOf<Policy>()
    expectTypeOf(await parsePolicy(JSON.stringify(input))).toEqualTypeOf<Policy>()
  })

  it('keeps its own copy, frozen', async () => {
    const models = ['gpt-5-mini']
    const policy = await definePolicy({
      version: 1,
      models: { default: 'gpt-5-mini', classes: { standard: { access: 'open', models } } },
    })
    models.push('gpt-5.3-codex')
    expect(policy.document.models.classes.standard?.models).toEqual(['gpt-5-mini'])
    expect(policy.source.models.classes.standard?.models).toEqual(['gpt-5-mini'])
    expect(() => Object.assign(policy.document.models, { unknown: 'grant' })).toThrow(TypeError)
  })

  it('names the path of what is wrong', async () => {
    const input = { ...defaultPolicy, safety: { shell: 'allow' } } as unknown as PolicyInput
    await expect(definePolicy(input)).rejects.toMatchObject({
      code: 'policy_invalid',
      message: 'safety.shell: expected "authorize" or "deny", got "allow"',
      place: { path: 'safety.shell' },
    })
  })

  it('refuses what is not plain data', async () => {
    const circular: Record<string, unknown> = { ...defaultPolicy }
    circular.safety = circular
    const inputs: unknown[] = [
      null,
      [],
      'text',
      { ...defaultPolicy, safety: () => ({}) },
      { ...defaultPolicy, thresholds: { changedLines: NaN } },
      { ...defaultPolicy, thresholds: { sensitivePaths: ['\ud800'] } },
      circular,
      JSON.parse('{"version":1,"__proto__":{"models":{}}}'),
      JSON.parse(
        JSON.stringify(defaultPolicy).replace('"aliases":{', '"aliases":{"__proto__":"gpt-5.3-codex",'),
      ),
    ]
    for (const input of inputs) {
      await expect(definePolicy(input as PolicyInput)).rejects.toMatchObject({ code: 'policy_invalid' })
    }
  })
})
