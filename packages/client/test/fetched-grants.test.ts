import type { Approvals, FetchedGrants } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { createGuard } from '../src/index.ts'
import { memoryAuditLog, testAuthority } from '../src/testing.ts'

const command = ['npm', 'publish']
const authority = await testAuthority()
const request = { command }

/** A guard whose grants lie elsewhere, but for those at hand. */
function guarded(fetched: FetchedGrants, atHand: readonly string[] = []) {
  let asked = 0
  const approvals: Approvals = {
    request: async () => `sha256:${'0'.repeat(64)}`,
    find: async () => undefined,
    grants: async () => atHand,
    fetchGrants: async () => {
      asked += 1
      return fetched
    },
  }
  const guard = createGuard({ ...authority, audit: memoryAuditLog(), approvals })
  const publish = guard.tool('publish', () => 'published', { effect: 'shell', command: () => command })
  return { guard, publish, asked: () => asked }
}

const codex = { model: 'gpt-5.3-codex' }
const none = { tokens: [] }
const away = { tokens: [], failure: 'the pull request could not be asked' }

describe('grants that lie elsewhere', () => {
  it('are asked for where a grant is needed and none at hand covers', async () => {
    const made = guarded({ tokens: [await authority.grant()] })
    expect(await made.guard.check(codex)).toMatchObject({ type: 'allow' })
    const other = guarded({ tokens: [await authority.grant()] }, [await authority.grant({ request })])
    expect(await other.guard.check(codex)).toMatchObject({ type: 'allow' })
    expect([made.asked(), other.asked()]).toEqual([1, 1])
  })

  it('are not asked for a call that is open, denied, or covered by what is at hand', async () => {
    const made = guarded(none, [await authority.grant()])
    for (const model of ['gpt-5-mini', 'gpt-9-unheard-of', 'gpt-5.3-codex']) await made.guard.check({ model })
    expect(made.asked()).toBe(0)
  })

  it('leave refused what is refused, and the refusal says that they could not be asked for', async () => {
    expect(await guarded(away).guard.check(codex)).toMatchObject({
      type: 'escalate',
      code: 'grant_required',
      reason: expect.stringMatching(/; the pull request could not be asked$/),
    })
    const spent = await authority.grant({ now: Date.now() - 30 * 24 * 3_600_000 })
    expect(await guarded(away, [spent]).guard.check(codex)).toMatchObject({
      code: 'grant_expired',
      reason: expect.stringMatching(/; the pull request could not be asked$/),
    })
  })

  it('authorize a tool in the same way', async () => {
    const fetched = guarded({ tokens: [await authority.grant({ request })] })
    expect(await fetched.publish(undefined)).toBe('published')
    const atHand = guarded(none, [await authority.grant({ request })])
    expect(await atHand.publish(undefined)).toBe('published')
    expect([fetched.asked(), atHand.asked()]).toEqual([1, 0])
    await expect(guarded(away).publish(undefined)).rejects.toMatchObject({
      code: 'authorization_missing',
      message: expect.stringContaining('; the pull request could not be asked'),
    })
    const another = await authority.grant({ request: { command: ['npm', 'pack'] } })
    await expect(guarded(none, [another]).publish(undefined)).rejects.toMatchObject({ code: 'grant_command' })
    await expect(guarded({ tokens: [another] }).publish(undefined)).rejects.toMatchObject({
      code: 'grant_command',
    })
  })
})
