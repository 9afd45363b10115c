import { createGuard } from '@policy/client'
import { memoryAuditLog, scriptedUpstream, testAuthority } from '@policy/client/testing'
import OpenAI from 'openai'
import { expect, it } from 'vitest'
import { triage } from './triage.ts'

it('reaches the dear model under a grant, by the name the provider knows', async () => {
  const upstream = scriptedUpstream([{ text: 'security' }])
  const authority = await testAuthority()
  const guard = createGuard({ ...authority, audit: memoryAuditLog(), grants: [await authority.grant()] })
  const openai = guard.wrap(new OpenAI({ apiKey: 'test', fetch: upstream.fetch }))

  expect(await triage(openai, 'login fails', true)).toBe('security')
  expect(upstream.requests[0]?.json).toMatchObject({ model: 'gpt-5.3-codex' })
  upstream.done()
})
