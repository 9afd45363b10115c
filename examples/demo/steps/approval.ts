import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assessChange, type Approval, measureChange, parseEscalation, parsePolicy } from '@policy/core'
import { openRepository, readChange } from '@policy/local'
import type { Guard, PolicyDeniedError } from 'model-policy'
import { commitAll } from '../git.ts'
import type { Workshop } from '../workshop.ts'

/** Step e: the real change is measured, and the escalation it justifies is written. Resolves once the file is there; the answer follows. */
export async function escalate(
  { narrator, repository, source }: Workshop,
  guard: Guard,
  refusal: PolicyDeniedError | undefined,
): Promise<{ answer: Promise<Approval> } | undefined> {
  source.change(repository)
  commitAll(repository, 'The work so far')
  const policy = await parsePolicy(readFileSync(join(repository, 'model-policy.yaml'), 'utf8'))
  const change = await readChange({
    repository: await openRepository(repository),
    base: 'main',
    head: 'work',
  })
  const measured = measureChange(change, policy)
  narrator.show(
    'measured',
    `${measured.changedFiles} files, ${measured.changedLines} lines, ${measured.modules.length} modules`,
  )
  const findings = assessChange(policy, measured)
  for (const finding of findings)
    narrator.show(finding.rule.replace('threshold:', ''), `${finding.saw}: ${finding.reason}`)
  if (findings.length === 0) {
    narrator.show(
      'none',
      'it crosses no threshold of the default policy: take a larger change (--base, --head)',
    )
  }
  narrator.expect('the change crosses at least one threshold', findings.length > 0)
  if (!refusal?.escalation) return undefined
  const answer = guard.requestApproval(refusal.escalation, { interval: 20, timeout: 60_000 })
  // Nobody awaits it until the project manager has answered; a failure before then is looked at there.
  answer.catch(() => undefined)
  const file = join(repository, 'escalation.md')
  const text = await untilThere(() => readFileSync(file, 'utf8'), answer)
  narrator.quote(text)
  const { escalation, digest } = await parseEscalation(text)
  narrator.show('digest', digest)
  narrator.expect(
    'escalation.md holds what was measured',
    escalation.measured?.changedLines === measured.changedLines,
  )
  return { answer }
}

/** Step f: the project manager answers, and the very call that was refused goes through, streamed. */
export async function approve(
  { narrator, server, client, projectManager }: Workshop,
  guard: Guard,
  request: { answer: Promise<Approval> } | undefined,
): Promise<Approval | undefined> {
  const typed = await projectManager.type(['approve'])
  narrator.quote(typed.output)
  narrator.expect('the project manager approved', typed.code === 0)
  const approval = typed.code === 0 ? await request?.answer : undefined
  narrator.show('approved by', approval?.by)
  narrator.expect('the agent found the approval', approval?.decision === 'approved')

  const openai = guard.wrap(client(), {
    task: 'ISSUE-12',
    taskClass: 'refactoring',
    rationale: 'Split the session store out of the auth module',
  })
  const before = server.requests.length
  let streamed = ''
  const stream = await openai.responses.create({
    model: 'gpt-codex-5.3',
    input: 'Split the session store out of auth',
    stream: true,
  })
  for await (const event of stream) if (event.type === 'response.output_text.delta') streamed += event.delta
  const sent = server.requests.at(-1)?.json?.['model']
  narrator.show('asked for', 'gpt-codex-5.3')
  narrator.show('sent as', sent)
  narrator.show('streamed', streamed)
  narrator.expect(
    'the call went through once, streamed',
    server.requests.length === before + 1 && streamed !== '',
  )
  narrator.expect("it left with the provider's id gpt-5.3-codex", sent === 'gpt-5.3-codex')
  return approval
}

/** What `read` gives, once it no longer throws; whatever ends `work` before that. */
async function untilThere<Value>(read: () => Value, work: Promise<unknown>): Promise<Value> {
  for (;;) {
    try {
      return read()
    } catch {
      await Promise.race([new Promise((resolve) => setTimeout(resolve, 5)), work])
    }
  }
}
