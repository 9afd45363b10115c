// An agent as a process of its own: it wants one answer of a model, asks people where it is refused, and says on standard output how it went.
import OpenAI from 'openai'
import { openGuard, PolicyDeniedError } from '../../src/index.ts'

const { MODEL_URL, MODEL = 'gpt-codex-5.3', AGENT = 'agent:bot', WAIT = '0' } = process.env
const said: { answered: boolean; code?: string; message?: string; asked?: string } = { answered: false }
{
  await using guard = await openGuard({ agent: AGENT, persona: 'developer' })
  const openai = guard.wrap(new OpenAI({ apiKey: 'sk-test', baseURL: MODEL_URL, maxRetries: 0 }), {
    task: 'ISSUE-12',
    rationale: 'Split the session store',
  })
  const call = () => openai.responses.create({ model: MODEL, input: 'go on' })
  try {
    try {
      await call()
    } catch (error) {
      if (!PolicyDeniedError.is(error) || !error.escalation || WAIT === '0') throw error
      Object.assign(said, { asked: error.code })
      await guard.requestApproval(error.escalation, { timeout: Number(WAIT), interval: 200 })
      await call()
    }
    said.answered = true
  } catch (error) {
    const { code, message } = error as { code: string; message: string }
    Object.assign(said, { code, message })
  }
}
process.stdout.write(`${JSON.stringify(said)}\n`)
