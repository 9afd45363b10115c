import { defaultPolicy, definePolicy, type Decision } from '@policy/core'
import { array, assert, constantFrom, nat, property, record, string, tuple } from 'fast-check'
import { expect, it } from 'vitest'
import { nothing } from '../request/nothing.ts'
import { callAttributes, finishedData, refusedEntry, startedEntry, substitutedData } from './entries.ts'
import { startCall } from './logical-call.ts'

const policy = await definePolicy(defaultPolicy)

/** Texts as an attacker would choose them: short, or tens of thousands of the characters that take most room. */
const text = tuple(constantFrom('a', '"', '\u0001', '\ud800', '語', '🙂'), string(), nat(70_000)).map(
  ([character, start, length]) => start + character.repeat(length),
)
const facts = record({
  context: record({
    agent: text,
    persona: text,
    repo: text,
    task: text,
    taskClass: text,
    rationale: text,
    paths: array(text, { maxLength: 3 }),
  }),
  asked: text,
  answered: text,
  id: text,
  reason: text,
})

/** What a line of the log holds, less what its envelope and a grant's own facts take. */
const room = 50_000

const promptHash = () => nothing.bodyDigest

it('entries without their paths, which the log cuts itself, fit into a line whatever the texts are', () => {
  assert(
    property(facts, ({ context, asked, answered, id, reason }) => {
      const model = {
        asked,
        id: asked,
        modelClass: 'standard',
        access: 'open',
        audit: 'full',
        match: 'unknown',
        matched: undefined,
      } as const
      const call = { ...nothing, endpoint: '/responses', models: [asked] }
      const about = {
        callId: 'c',
        call,
        context,
        policy,
        observing: true,
        promptHash,
        model,
        audit: 'full',
      } as const
      const allow = { type: 'allow', model, audit: 'full', findings: [] } as const
      const deny: Exclude<Decision, { type: 'allow' }> = {
        type: 'deny',
        code: 'model_unknown',
        reason,
        models: [model],
        findings: [],
      }
      const end = { outcome: 'complete', status: 200, answer: { model: answered, id } } as const
      const attributes = callAttributes(about)
      const subject = startedEntry(about, allow).subject
      const entries = [
        startedEntry(about, allow).data,
        refusedEntry(about, deny).data,
        finishedData(startCall({ randomId: () => 'c' }, context, false), attributes, end, 0),
        substitutedData(attributes, { ...model, asked: answered }, id),
      ]
      for (const entry of entries) {
        const line = JSON.stringify({ subject, data: { ...entry, 'model_policy.paths': [] } })
        expect(Buffer.byteLength(line)).toBeLessThan(room)
      }
    }),
    { numRuns: 25 },
  )
})
