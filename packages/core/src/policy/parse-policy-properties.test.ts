import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText } from '../../test/any-text.ts'
import { PolicyError } from '../errors/policy-error.ts'
import { defaultPolicy } from './default-policy.ts'
import { defaultPolicyText } from './default-policy-text.ts'
import { parsePolicy } from './parse-policy.ts'
import { policyDigest } from './policy-digest.ts'

/** Anything but a policy or a `PolicyError` fails. */
async function reads(text: string): Promise<void> {
  try {
    const policy = await parsePolicy(text, { file: 'p.yaml' })
    expect(policyDigest(policy)).toBe(policy.digest)
  } catch (error) {
    if (!PolicyError.is(error)) throw error
    expect(error.code).toBe('policy_invalid')
    expect(error.message).not.toBe('')
    expect(error.place?.file).toBe('p.yaml')
  }
}

const yamlish = fc
  .array(
    fc.oneof(
      fc.constantFrom(...'{}[],:-?&*!|>\'"%@`#<~\n\t 019.'),
      fc.constantFrom(
        '&a ',
        '*a',
        '!!',
        '<<: ',
        '---',
        '...',
        'version: 1',
        'models:',
        '\ufeff',
        '\ud800',
        '__proto__: ',
      ),
      fc.string({ maxLength: 4 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''))

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value))

/** The default policy with a piece of it replaced by something else. */
const edited = fc
  .tuple(fc.nat({ max: defaultPolicyText.length }), fc.nat({ max: 30 }), yamlish)
  .map(
    ([from, length, text]) =>
      defaultPolicyText.slice(0, from) + text + defaultPolicyText.slice(from + length),
  )

/** The default policy with a value of it replaced by any other. */
const swapped = fc.tuple(fc.nat({ max: 200 }), fc.jsonValue({ maxDepth: 3 })).map(([at, value]) => {
  let count = 0
  return JSON.stringify(defaultPolicy, (_key, old: unknown) => (count++ === at + 1 ? value : old))
})

describe('parsePolicy, given anything', () => {
  it.each([
    ['text', anyText()],
    ['YAML by accident', yamlish],
    ['JSON', json],
    ['a policy with a piece replaced', edited],
    ['a policy with a value replaced', swapped],
  ])('%s: gives a policy or a PolicyError with a place', async (_name, texts) => {
    await fc.assert(fc.asyncProperty(texts, reads), { numRuns: 100 })
  })
})
