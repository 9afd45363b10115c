import type { CallContext, MeasuredChange } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { layContexts } from './call-context.ts'

const change = (changedLines: number): MeasuredChange => ({
  changedFiles: 1,
  changedLines,
  modules: ['src'],
  sensitive: [],
  newDependencies: [],
  paths: ['src/a.ts'],
  binaryFiles: 0,
})

describe('layContexts', () => {
  it.each<[keyof CallContext, unknown, unknown, unknown]>([
    ['agent', 'agent:a', 'agent:b', 'agent:a'],
    ['repo', 'github.com/acme/app', 'github.com/acme/other', 'github.com/acme/app'],
    ['branch', 'main', 'topic', 'main'],
    ['persona', 'developer', 'project-manager', 'developer'],
    ['taskClass', 'docs', 'feature', 'docs'],
    ['change', change(900), change(1), change(900)],
    ['paths', ['src/auth/a.ts'], ['docs/a.md', 'src/auth/a.ts'], ['src/auth/a.ts', 'docs/a.md']],
    ['reasons', ['security'], ['complexity'], ['security', 'complexity']],
    ['paths', ['src/auth/a.ts'], [], ['src/auth/a.ts']],
    ['task', 'ISSUE-1', 'ISSUE-2', 'ISSUE-2'],
    ['rationale', 'why', 'another', 'another'],
  ])('%s: what two layers say', (fact, first, second, laid) => {
    expect(layContexts({ [fact]: first }, { [fact]: second })).toEqual({ [fact]: laid })
    expect(layContexts({}, { [fact]: first }, undefined, { [fact]: second })).toEqual({ [fact]: laid })
    expect(layContexts({}, { [fact]: second })).toEqual({ [fact]: second })
    expect(layContexts({ [fact]: first }, { [fact]: undefined } as CallContext)).toEqual({ [fact]: first })
  })

  it('takes nobody at their word for the key of the agent, nor for facts that there are none of', () => {
    expect(layContexts({}, { agentKey: 'thumbprint', grant: 'yes' } as CallContext)).toEqual({})
    expect(layContexts({ agentKey: 'proven' }, { agentKey: 'claimed' })).toEqual({ agentKey: 'proven' })
  })
})
