import { Agent, OpenAIResponsesModel, run, setTracingDisabled, tool } from '@openai/agents'
import { z } from 'zod'
import { describe, expect, it } from 'vitest'
import { createGuard, resolveApprovals } from '../src/index.ts'
import { guardKit } from './guard-kit.ts'

setTracingDisabled(true)

const commandOf = (tag: string) => ['npm', 'publish', '--tag', tag]

const calls = (...asked: { name: string; arguments: string }[]) =>
  asked.map((call, index) => ({
    type: 'function_call',
    id: `fc_${index}`,
    call_id: `call_${index}`,
    status: 'completed',
    ...call,
  }))
const publishing = (tag: string) => ({ name: 'publish', arguments: JSON.stringify({ tag }) })
const said = {
  type: 'message',
  id: 'm',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text: 'done', annotations: [] }],
}

/** An agent whose model asks for these calls and then is done; with one grant for `npm publish --tag latest`, if any. */
async function story(granted: boolean, ...asked: { name: string; arguments: string }[]) {
  const turns: object[][] = []
  const kit = await guardKit({
    server: {
      respond: () => {
        const output = turns.shift() ?? [said]
        const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 }
        return Response.json({ id: 'r', object: 'response', model: 'gpt-5-mini', output, usage })
      },
    },
  })
  const token = await kit.authority.grant({ request: { command: commandOf('latest') } })
  const guard = createGuard({ ...kit.authority, audit: kit.audit, grants: granted ? [token] : [] })
  const done: string[] = []
  const publish = guard.tool('publish', ({ tag }: { tag: string }) => `published ${done.push(tag)}`, {
    effect: 'shell',
    command: ({ tag }) => commandOf(tag),
  })
  const parameters = z.object({ tag: z.string() })
  const agent = new Agent({
    name: 'releaser',
    model: new OpenAIResponsesModel(kit.openai, 'gpt-5-mini'),
    tools: [
      tool({ name: 'publish', description: '', parameters, needsApproval: true, execute: publish.answer }),
      tool({
        name: 'ship',
        description: '',
        parameters,
        needsApproval: true,
        execute: ({ tag }) => `shipped ${done.push(`unguarded ${tag}`)}`,
      }),
    ],
  })
  return {
    kit,
    agent,
    publish,
    done,
    /** What the model was told of each of its calls. */
    async tell() {
      turns.push(calls(...asked))
      let result = await run(agent, 'publish it')
      expect(result.interruptions).toHaveLength(asked.length)
      while (result.interruptions.length > 0) {
        await resolveApprovals(result.state, { publish })
        result = await run(agent, result.state)
      }
      expect(result.finalOutput).toBe('done')
      const sent = kit.server.requests.at(-1)?.json?.['input'] as { type?: string; output?: string }[]
      return sent.filter(({ type }) => type === 'function_call_output').map(({ output }) => output)
    },
    [Symbol.asyncDispose]: () => kit[Symbol.asyncDispose](),
  }
}

const kinds = ({ kit }: Awaited<ReturnType<typeof story>>) =>
  kit.audit.records.map(({ kind }) => kind).filter((kind) => kind.startsWith('tool.'))

describe('approvals of the agents SDK, resolved by grants', () => {
  it('runs what a grant covers, once, spent and recorded; the second run is rejected', async () => {
    await using told = await story(true, publishing('latest'))
    expect(await told.tell()).toEqual(['published 1'])
    expect(kinds(told)).toEqual(['tool.authorized', 'tool.authorized'])
    expect(await told.tell()).toEqual([
      'the tool publish did not run: the grant is spent: it was for one time',
    ])
    expect(told.done).toEqual(['latest'])
    expect(kinds(told)).toEqual(['tool.authorized', 'tool.authorized', 'tool.refused'])
  })

  it.each<[string, boolean, { name: string; arguments: string }, string]>([
    ['no grant', false, publishing('latest'), 'no grant at hand'],
    ['a changed argument', true, publishing('next'), 'the tool publish did not run: '],
    ['an argument more', true, publishing('latest --force'), 'the tool publish did not run: '],
    ['a tool that is not under guard', true, { ...publishing('latest'), name: 'ship' }, 'not under guard'],
  ])('rejects %s', async (_name, granted, asked, reason) => {
    await using told = await story(granted, asked)
    expect(await told.tell()).toEqual([expect.stringContaining(reason)])
    expect(told.done).toEqual([])
  })

  it('lets one of two that are asked for at once run', async () => {
    await using told = await story(true, publishing('latest'), publishing('latest'))
    expect((await told.tell()).toSorted()).toEqual([
      'published 1',
      'the tool publish did not run: the grant is spent: it was for one time',
    ])
    expect(told.done).toEqual(['latest'])
  })

  it('answers nothing where the log does not take the refusal', async () => {
    await using told = await story(false, publishing('latest'))
    told.kit.audit.record = () => Promise.reject(new Error('disk full'))
    const asked = { ...publishing('latest'), rawItem: { type: 'function_call' } }
    const answered: string[] = []
    const state = {
      getInterruptions: () => [asked],
      approve: () => void answered.push('yes'),
      reject: () => void answered.push('no'),
    }
    await expect(resolveApprovals(state, { publish: told.publish })).rejects.toThrow('disk full')
    expect(answered).toEqual([])
  })

  it.each([
    [{ name: 'publish', arguments: '{"tag":"latest"}', rawItem: { type: 'hosted_tool_call' } }],
    [{ ...publishing('next'), rawItem: { type: 'function_call' } }],
    [{ name: 'publish', arguments: '{"tag":', rawItem: { type: 'function_call' } }],
    [{ name: 'toString', arguments: '{}', rawItem: { type: 'function_call' } }],
    [{ rawItem: { type: 'shell_call' } }],
  ])('says no to %j', async (asked) => {
    await using told = await story(true)
    const answered: string[] = []
    const state = {
      getInterruptions: () => [asked],
      approve: () => void answered.push('yes'),
      reject: () => void answered.push('no'),
    }
    await resolveApprovals(state, { publish: told.publish })
    expect(answered).toEqual(['no'])
  })
})
