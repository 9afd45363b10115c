import { createGuard, PolicyDeniedError } from '@policy/client'
import { memoryAuditLog, scriptedUpstream, testAuthority } from '@policy/client/testing'
import OpenAI from 'openai'
import { expect, it } from 'vitest'
import { triage } from './triage.ts'

it('does not reach the dear model without a grant', async () => {
  const upstream = scriptedUpstream()
  const audit = memoryAuditLog()
  const guard = createGuard({ ...(await testAuthority()), audit })
  const openai = guard.wrap(new OpenAI({ apiKey: 'test', fetch: upstream.fetch }))

  await expect(triage(openai, 'login fails', true)).rejects.toBeInstanceOf(PolicyDeniedError)
  expect(upstream.requests).toEqual([])
  expect(audit.records).toMatchObject([
    { kind: 'call.refused', data: { 'model_policy.code': 'grant_required' } },
  ])
})
