import { readFileSync } from 'node:fs'
import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CloudEvent } from 'cloudevents'
import { describe, expect, it } from 'vitest'
import type { EventKind } from '@policy/core'
import { parseLine, summarize, verifyConsistency, verifyEvidence, verifyLog } from '../src/index.ts'
import { entryData, entrySchema } from '../src/entry/entry-schema.ts'
import { temporaryFolder } from './support/log-fixture.ts'

/** What version 1 once wrote, and every later version must read and verify. Never made anew. */
const frozen = (name: string) => join(import.meta.dirname, 'vectors/v1', name)
const vkey = readFileSync(frozen('vkey'), 'utf8').trim()
const lines = readFileSync(frozen('log.jsonl'), 'utf8').split('\n').slice(0, -1)
const parsed = lines.map(parseLine)
const events = parsed.flatMap((line) => (line.type === 'entry' ? [line.event] : []))
const kindOf = (type: string) => /^dev\.modelpolicy\.(.+)\.v1$/.exec(type)?.[1] as EventKind
const json = (name: string): unknown => JSON.parse(readFileSync(frozen(name), 'utf8'))

describe('a log of version 1', () => {
  it('has an entry of every kind, a blank line and a torn one', () => {
    expect(new Set(events.map(({ type }) => kindOf(type)))).toEqual(new Set(Object.keys(entryData)))
    expect(parsed.filter(({ type }) => type === 'blank')).toHaveLength(1)
    expect(parsed.filter(({ type }) => type === 'torn')).toHaveLength(1)
  })

  it('has entries in the form that is published, which the CloudEvents SDK takes', () => {
    for (const event of events) {
      expect(entrySchema(kindOf(event.type)).parse(event)).toEqual(event)
      expect(new CloudEvent({ ...event }, true).type).toBe(event.type)
    }
  })

  it('verifies', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'MODEL_AUDIT.log')
    await copyFile(frozen('log.jsonl'), path)
    const report = await verifyLog({
      path,
      vkey,
      checkpoint: await readFile(frozen('checkpoint'), 'utf8'),
      atLeast: await readFile(frozen('earlier-checkpoint'), 'utf8'),
    })
    expect(report).toMatchObject({ type: 'verified', lines: 16, torn: { lines: [9] }, rollback: 'checked' })
  })

  it('verifies by its evidence and proofs', async () => {
    const evidence = await verifyEvidence(json('evidence.json'), { vkey })
    expect(evidence).toMatchObject({ type: 'verified', size: 16 })
    expect(evidence.type === 'verified' && evidence.events.map(({ type }) => kindOf(type))).toEqual([
      'escalation.requested',
      'approval.declined',
      'approval.granted',
      'call.started',
      'call.finished',
      'call.substituted',
      'tool.authorized',
      'tool.refused',
      'grant.revoked',
    ])
    expect(await verifyEvidence(json('entry-proof.json'), { vkey })).toMatchObject({ events: [events[5]] })
    expect(await verifyConsistency(json('consistency-proof.json'), { vkey })).toMatchObject({
      type: 'verified',
    })
  })

  it('sums up', async () => {
    expect(await summarize(lines, { day: '2026-11-22' })).toMatchObject({
      counted: [
        { persona: 'developer', taskClass: 'triage', model: 'gpt-5-mini', calls: 2, inputTokens: 84_000 },
      ],
      recorded: [{ persona: 'developer', taskClass: 'refactor', model: 'gpt-5.3-codex', calls: 1 }],
      gaps: [],
      unclosed: [],
      unreadable: 1,
    })
  })
})
