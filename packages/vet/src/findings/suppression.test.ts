import { describe, expect, it } from 'vitest'
import { parseSuppressions } from './suppression.ts'

const people = ['github:1234567']
const text = (lines: string) => `version: 1\nsuppressions:\n  - ${lines.replaceAll('\n', '\n    ')}\n`
const whole =
  'rule: secrets/secret\npath: "test/**"\nby: github:1234567\nuntil: 2027-01-31\nbecause: made up for a test'

describe('parseSuppressions', () => {
  it('reads who lets what stand, where, until when and why', async () => {
    expect(await parseSuppressions(text(whole), people)).toEqual([
      {
        rule: 'secrets/secret',
        path: 'test/**',
        by: 'github:1234567',
        until: '2027-01-31',
        because: 'made up for a test',
      },
    ])
  })

  it.each([
    ['somebody whom the policy does not list', text(whole.replace('1234567', '7'))],
    ['nobody', text(whole.replace('by: github:1234567\n', ''))],
    ['no end', text(whole.replace('until: 2027-01-31\n', ''))],
    ['an end that is no day', text(whole.replace('2027-01-31', 'never'))],
    ['no reason', text(whole.replace('because: made up for a test', 'because: ""'))],
    ['every rule at once', text(whole.replace('secrets/secret', '"*"'))],
    ['a negated glob', text(whole.replace('test/**', '!src/**'))],
    ['a member that is not known', text(`${whole}\nseverity: low`)],
    ['no list', 'version: 1\n'],
    ['no YAML', '{'],
  ])('refuses %s', async (_name, content) => {
    await expect(parseSuppressions(content, people)).rejects.toMatchObject({
      code: 'vet_suppression_invalid',
    })
  })
})
