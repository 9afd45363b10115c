import { describe, expect, it } from 'vitest'
import { defaultPolicy } from './default-policy.ts'
import { defaultPolicyText } from './default-policy-text.ts'
import { definePolicy } from './define-policy.ts'
import { parsePolicy } from './parse-policy.ts'

describe('the default policy', () => {
  it('is the same in code and as a file', async () => {
    const { digest, source } = await parsePolicy(defaultPolicyText)
    expect(source).toEqual(defaultPolicy)
    expect(digest).toBe((await definePolicy(defaultPolicy)).digest)
  })

  it('lets nobody approve until somebody is named', () => {
    expect(defaultPolicy.escalation.approvers.people).toEqual([])
  })

  it('spells every default out, so that a reader sees all of it', async () => {
    const { document, source } = await definePolicy(defaultPolicy)
    for (const section of ['thresholds', 'escalation', 'safety', 'merge'] as const) {
      expect(source[section]).toEqual(document[section])
    }
  })
})
