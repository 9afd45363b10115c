/**
 * Stop the work when the provider answers with another class of model than the one that was approved.
 *
 *     node --conditions=@policy/source examples/client/substituted-model.ts
 */
import { createGuard } from '@policy/client'
import { memoryAuditLog, scriptedUpstream, testAuthority } from '@policy/client/testing'
import OpenAI from 'openai'

const authority = await testAuthority()
const stop = new AbortController()
await using guard = createGuard({
  ...authority,
  audit: memoryAuditLog(),
  grants: [await authority.grant()],
  onSubstituted: ({ data }) => {
    const { 'gen_ai.request.model': asked, 'gen_ai.response.model': served } = data
    console.log(`asked for ${asked}, answered by ${served}: no more calls`)
    stop.abort()
  },
})
const upstream = scriptedUpstream([{ text: 'done', model: 'gpt-5-mini' }])
const openai = guard.wrap(new OpenAI({ apiKey: 'test', fetch: upstream.fetch }))
await openai.responses.create({ model: 'gpt-5.3-codex', input: 'Split the session store out of auth' })
console.log('stopped:', stop.signal.aborted)
