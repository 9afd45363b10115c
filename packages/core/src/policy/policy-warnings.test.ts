import { describe, expect, it } from 'vitest'
import { policyWarnings } from './policy-warnings.ts'

const policy = (parts: string) => `version: 1
models:
  default: gpt-5-mini
  classes: { standard: { access: open, models: [gpt-5-mini] } }
${parts}`

const sound = `personas: [developer, project-manager]
escalation: { approvers: { people: [github:1234567] } }`

describe('policyWarnings', () => {
  it('is silent about a policy under which somebody can approve', async () => {
    expect(await policyWarnings(policy(sound))).toEqual([])
  })

  it.each([
    ['nobody who can approve', 'escalation: { approvers: { people: [] } }', 'nobody can approve', 5, 36],
    ['the same, unsaid', 'personas: []', 'nobody can approve', 1, 1],
    ['no basis', 'escalation: { basis: [] }', 'no grant is ever given', 5, 22],
    [
      'a misspelt role',
      sound.replace('people', 'persona: project-manger, people'),
      'approvers act as "project-manger"',
      6,
      37,
    ],
    [
      'a rule about everything',
      `${sound}\nrules: [{ id: all, when: {}, then: deny, because: it is closed }]`,
      'it denies every call',
      7,
      26,
    ],
  ])('tells of %s, with its place', async (_what, parts, message, line, column) => {
    const [warning, ...more] = await policyWarnings(policy(parts), { file: 'p.yaml' })
    expect(more).toEqual([])
    expect(warning?.message).toContain(message)
    expect(warning?.place).toMatchObject({ file: 'p.yaml', line, column })
    expect(warning?.remedy).not.toBe('')
  })

  it('names the role that was meant', async () => {
    const [warning] = await policyWarnings(policy(sound.replace('people', 'persona: developr, people')))
    expect(warning?.remedy).toBe('did you mean "developer"?')
  })
})
