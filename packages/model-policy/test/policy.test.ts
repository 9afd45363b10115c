import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scratch, setUpScratch } from './support/scratch.ts'

const policy = `version: 1
models:
  default: gpt-5-mini
  classes:
    standard: { access: open, models: [gpt-5-mini] }
    codex: { access: grant, models: [gpt-5.3-codex] }
taskClasses: { docs: { model: standard, about: documentation } }
rules:
  - { id: no-codex-for-docs, when: { taskClass: docs, modelClass: codex }, then: deny, because: low demand }
`

const cases = `version: 1
cases:
  - { name: the cheap model runs, given: { model: gpt-5-mini }, expect: allow }
`

/** A repository with these files and nobody's trust. */
function withFiles(files: Record<string, string>) {
  const made = scratch()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(made.repository, name), text)
  return { ...made, somebody: made.person('somebody') }
}

describe('policy validate', () => {
  it('takes a policy that nobody has signed', async () => {
    const { somebody } = withFiles({ 'model-policy.yaml': policy })
    expect(await somebody.type('policy', 'validate')).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^model-policy.yaml is valid: 2 model classes, 1 task class, 1 rule\nsha256:/,
      ),
    })
    const { out } = await somebody.type('policy', 'validate', 'model-policy.yaml', '--json')
    expect(JSON.parse(out)).toMatchObject({ valid: true, rules: 1 })
  })

  it('warns of a policy under which nobody can approve', async () => {
    const { somebody } = withFiles({ 'model-policy.yaml': policy })
    expect(await somebody.type('policy', 'validate')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/\nwarning: model-policy.yaml:1:1: .*nobody can approve/),
    })
    const { out } = await somebody.type('policy', 'validate', '--json')
    expect(JSON.parse(out)).toMatchObject({ warnings: [{ place: { line: 1 } }] })
  })

  it('tells of everything that is wrong, with its place', async () => {
    const { somebody } = withFiles({
      'p.yaml': policy.replace('then: deny', 'thn: deny').replace('open', 'opn'),
    })
    const typed = await somebody.type('policy', 'validate', 'p.yaml')
    expect(typed.code).toBe(1)
    expect(typed.err).toContain('p.yaml:5:25: models.classes.standard.access: ')
    expect(typed.err).toContain('p.yaml:9:76: rules.0.thn: there is no "thn" here; did you mean "then"?')
    const { out, code } = await somebody.type('policy', 'validate', 'p.yaml', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      valid: false,
      problems: [
        {
          place: { line: 5, column: 25, path: 'models.classes.standard.access' },
          remedy: 'did you mean "open"?',
        },
        { place: { line: 9, column: 76, path: 'rules.0.thn' } },
      ],
    })
  })

  it('says so when there is no such file', async () => {
    const { somebody } = withFiles({})
    expect(await somebody.type('policy', 'validate')).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no model-policy.yaml [file_unreadable]'),
    })
  })
})

describe('policy test', () => {
  it('holds for a new repository, whose cases init writes', async () => {
    const { projectManager } = await setUpScratch()
    expect(await projectManager.type('policy', 'test')).toMatchObject({
      code: 0,
      out: expect.stringContaining('13 cases, 0 failed; 0 of 0 rules reached\n'),
    })
  })

  it('shows what differs and which rules no case reaches', async () => {
    const wrong = `${cases}  - { name: codex runs, given: { model: gpt-5.3-codex, taskClass: docs }, expect: allow }\n`
    const { somebody } = withFiles({
      'model-policy.yaml': policy,
      'c.yaml': wrong,
      'model-policy.test.yaml': cases,
    })
    expect(await somebody.type('policy', 'test', 'c.yaml', '--policy', 'model-policy.yaml')).toEqual({
      code: 1,
      err: '',
      out: [
        'ok    the cheap model runs',
        'FAIL  codex runs',
        '        decision: expected allow, got deny: modelClass codex, taskClass docs: low demand',
        '2 cases, 1 failed; 1 of 1 rule reached',
        '',
      ].join('\n'),
    })
    expect(await somebody.type('policy', 'test')).toMatchObject({
      code: 0,
      out: expect.stringContaining(
        '1 case, 0 failed; 0 of 1 rule reached\nno case reaches: no-codex-for-docs\n',
      ),
    })
  })

  it('names the place of a fault in the cases', async () => {
    const { somebody } = withFiles({
      'model-policy.yaml': policy,
      'model-policy.test.yaml': cases.replace('expect', 'expct'),
    })
    const { code, err } = await somebody.type('policy', 'test', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(err)).toMatchObject({
      error: { code: 'policy_cases_invalid', place: { line: 3, path: 'cases.0.expct' } },
    })
  })
})
