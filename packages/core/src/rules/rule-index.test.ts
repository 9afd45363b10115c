import { describe, expect, it } from 'vitest'
import { aCall } from '../../test/facts.ts'
import { compileRules } from './compile-rules.ts'
import { type Facts, readFacts } from './facts.ts'
import { ruleIndex } from './rule-index.ts'

const declared = { personas: new Set(['developer', 'designer']), taskClasses: new Set(['docs', 'triage']) }

const rules = compileRules([
  { id: 'developers', when: { persona: ['developer'] }, then: 'deny', because: 'so' },
  { id: 'designers', when: { persona: ['designer'], branch: ['main'] }, then: 'deny', because: 'so' },
  { id: 'docs', when: { taskClass: ['docs'], modelClass: ['codex'] }, then: 'deny', because: 'so' },
  { id: 'always', when: { promptBytes: { over: 1 } }, then: 'deny', because: 'so' },
])

function factsOf(
  modelClass: string | undefined,
  taskClass: string | undefined,
  persona: string | undefined,
): Facts {
  const context = { ...(taskClass ? { taskClass } : {}), ...(persona ? { persona } : {}) }
  const model = {
    asked: 'm',
    id: 'm',
    modelClass,
    access: 'open',
    audit: 'full',
    match: 'id',
    matched: 'm',
  } as const
  return readFacts(aCall(), context, model, declared)
}

describe('ruleIndex', () => {
  it('gives each combination of names its own rules, however often and in whichever order they are met', () => {
    const about = ruleIndex(rules)
    const combinations = ['standard', 'codex', undefined].flatMap((modelClass) =>
      ['docs', 'triage', undefined].flatMap((taskClass) =>
        ['developer', 'designer', undefined].map((persona) => [modelClass, taskClass, persona] as const),
      ),
    )
    for (const [modelClass, taskClass, persona] of [...combinations, ...combinations.toReversed()]) {
      const expected = [
        ...(persona === 'designer' ? [] : ['developers']),
        ...(persona === 'developer' ? [] : ['designers']),
        ...(taskClass === 'triage' || modelClass === 'standard' ? [] : ['docs']),
        'always',
      ]
      expect(about(factsOf(modelClass, taskClass, persona)).map(({ rule }) => rule.id)).toEqual(expected)
    }
  })

  it('leaves the other conditions to be tested', () => {
    const open = ruleIndex(rules)(factsOf('standard', 'triage', 'designer'))
    expect(open.map(({ conditions }) => conditions.map(({ name }) => name))).toEqual([
      ['branch'],
      ['promptBytes'],
    ])
  })
})
