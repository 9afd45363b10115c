import type { VerifiedGrant } from '@policy/core'
import { expect, it } from 'vitest'
import { aGrant, aPullRequest, policy } from '../../test/support/a-pull-request.ts'
import { judge } from './judge.ts'

it.each<[string, Partial<VerifiedGrant>, string | undefined]>([
  ['the agent that asked, bound to its key', {}, undefined],
  ['another agent', { act: { sub: 'agent:other' } }, 'grant_agent'],
  ['another key', { cnf: { jkt: 'x'.repeat(43) } }, 'grant_agent_key'],
])('a grant for %s', (_name, changes, code) => {
  const found = aGrant()
  const grants = [{ ...found, grant: { ...found.grant, ...changes } }]
  expect(judge({ type: 'pull-request', pullRequest: aPullRequest({ grants }) }, policy).code).toBe(code)
})
