/**
 * Another SDK behind the same guard: any that takes a `fetch`. Runs offline against a loopback server.
 *
 *     node --conditions=@policy/source examples/client/other-sdks.ts
 */
import { createOpenAI } from '@ai-sdk/openai'
import { createGuard, PolicyDeniedError } from '@policy/client'
import { memoryAuditLog, startLoopbackServer, testAuthority } from '@policy/client/testing'
import { generateText } from 'ai'

await using server = await startLoopbackServer()
await using guard = createGuard({ ...(await testAuthority()), audit: memoryAuditLog() })
const openai = createOpenAI({ apiKey: 'test', baseURL: server.url, fetch: guard.wrapFetch(globalThis.fetch) })

const { text } = await generateText({ model: openai('gpt-5-mini'), prompt: 'Sort this issue' })
console.log('answered:', text)

try {
  await generateText({ model: openai('gpt-5.3-codex'), prompt: 'Split the session store out of auth' })
} catch (error) {
  const denied = PolicyDeniedError.from(error)
  if (!denied) throw error
  console.log('refused:', denied.code, denied.message)
}
console.log('requests that left:', server.requests.length)
