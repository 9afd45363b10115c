import { definePolicy, PolicyError } from '@policy/core'
import { describe, expect, it, vi } from 'vitest'
import { createGuard, type ReadBranch } from '../src/index.ts'
import { memoryAuditLog, scriptedUpstream, testAuthority } from '../src/testing.ts'

/** A guard whose context says `work`, and a fetch through it; with `aware`, under a policy that denies everything on `main`. */
async function guarded(branch: ReadBranch, { aware = true } = {}) {
  const { policy: usual } = await testAuthority()
  const onMain = {
    id: 'none-on-main',
    when: { branch: ['main'] },
    then: 'deny',
    because: 'main is for people',
  }
  const policy = aware ? await definePolicy({ ...usual.document, rules: [onMain] as never }) : usual
  const authority = await testAuthority({ policy })
  const upstream = scriptedUpstream()
  const context = { ...authority.context, branch: 'work' }
  const guard = createGuard({ ...authority, context, branch, audit: memoryAuditLog() })
  const fetch = guard.wrapFetch(upstream.fetch)
  const ask = async () => {
    const body = JSON.stringify({ model: 'gpt-5-mini', input: 'hello' })
    const headers = { 'content-type': 'application/json', 'x-policy-branch': 'work' }
    const response = await fetch('https://api.openai.com/v1/responses', { method: 'POST', headers, body })
    return ((await response.json()) as { error?: { code: string } }).error?.code
  }
  return { guard, ask }
}

describe('the branch that is checked out', () => {
  it('counts as it is at each call, whatever a context or a header says', async () => {
    let branch = 'work'
    const { ask, guard } = await guarded(async () => branch)
    expect(await ask()).toBeUndefined()
    branch = 'main'
    expect(await ask()).toBe('rule_denied')
    expect(await guard.check({ model: 'gpt-5-mini', context: { branch: 'work' } })).toMatchObject({
      code: 'rule_denied',
    })
    branch = 'work'
    expect(await ask()).toBeUndefined()
  })

  it('is not known when none is checked out: the rule tightens', async () => {
    const { ask } = await guarded(async () => undefined)
    expect(await ask()).toBe('rule_denied')
  })

  it('refuses when it cannot be read', async () => {
    const { ask } = await guarded(async () => {
      throw new PolicyError('git_failed', 'git is gone')
    })
    expect(await ask()).toBe('git_failed')
  })

  it('is not read for a policy that has no rule about it', async () => {
    const read = vi.fn(async () => 'main')
    const { ask } = await guarded(read, { aware: false })
    expect(await ask()).toBeUndefined()
    expect(read).not.toHaveBeenCalled()
  })
})
