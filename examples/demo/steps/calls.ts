import { PolicyDeniedError } from 'model-policy'
import type { Guard } from 'model-policy'
import type { Workshop } from '../workshop.ts'

/** Step c: an ordinary task goes to the cheap model, plain and streamed. */
export async function ordinaryWork({ narrator, server, client }: Workshop, guard: Guard): Promise<void> {
  const openai = guard.wrap(client(), { task: 'ISSUE-7', taskClass: 'triage' })
  const decision = await guard.check({ model: 'gpt-5-mini', context: { taskClass: 'triage' } })
  narrator.show('model', 'gpt-5-mini')
  narrator.show('decision', decision.type)
  narrator.show('reason', decision.findings.at(0)?.reason)
  const before = server.requests.length
  const plain = await openai.responses.create({
    model: 'gpt-5-mini',
    input: 'Which label fits "login fails"?',
  })
  narrator.show('answer', plain.output_text)
  const chat = await openai.chat.completions.create({
    model: 'gpt-5-mini',
    messages: [{ role: 'user', content: 'And in one word?' }],
  })
  narrator.show('chat answer', chat.choices[0]?.message.content)
  let streamed = ''
  for await (const event of await openai.responses.create({
    model: 'gpt-5-mini',
    input: 'Once more.',
    stream: true,
  })) {
    if (event.type === 'response.output_text.delta') streamed += event.delta
  }
  narrator.show('streamed', streamed)
  narrator.expect(
    'three calls were answered',
    plain.output_text !== '' && streamed !== '' && chat.choices.length > 0,
  )
  narrator.expect('the server saw three requests', server.requests.length === before + 3)
}

/** Step d: the same client asks for the dear model without an approval. */
export async function refusedWork(
  { narrator, server, client }: Workshop,
  guard: Guard,
): Promise<PolicyDeniedError | undefined> {
  const openai = guard.wrap(client(), {
    task: 'ISSUE-12',
    taskClass: 'refactoring',
    rationale: 'Split the session store out of the auth module',
  })
  const before = server.requests.length
  const error = await openai.responses
    .create({ model: 'gpt-codex-5.3', input: 'Split the session store out of auth' })
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  const refusal = PolicyDeniedError.is(error) ? error : undefined
  narrator.show('model', 'gpt-codex-5.3')
  narrator.show('decision', refusal?.decision.type)
  narrator.show('code', refusal?.code)
  narrator.quote(refusal?.message ?? String(error))
  narrator.expect('refused with PolicyDeniedError, code grant_required', refusal?.code === 'grant_required')
  narrator.expect('the refusal carries a draft escalation', refusal?.escalation !== undefined)
  narrator.expect('the server saw nothing', server.requests.length === before)
  return refusal
}
