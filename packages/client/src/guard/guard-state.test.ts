import { describe, expect, it } from 'vitest'
import { memoryAuditLog } from '../testing/memory-audit-log.ts'
import { testAuthority } from '../testing/test-authority.ts'
import { guardState } from './guard-state.ts'
import { startCall } from './logical-call.ts'

describe.each(['open', 'background'] as const)('what a guard keeps in mind of calls: %s', (kept) => {
  it('is bounded, and a call that is given up has its last entry', async () => {
    const audit = memoryAuditLog()
    const state = guardState({ ...(await testAuthority()), audit })
    const attributes = { 'gen_ai.operation.name': 'chat' } as never
    const sent = () => Object.assign(startCall(state, {}, true), { attempts: 1, attributes })
    for (let at = 0; at <= 10_000; at += 1) state[kept].set(`${at}`, sent())
    await state.settled()
    expect(state[kept].size).toBe(10_000)
    expect(audit.records).toMatchObject([
      { kind: 'call.finished', data: { 'model_policy.outcome': 'possibly-executed' } },
    ])
  })
})
