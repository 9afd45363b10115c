import { randomUUID } from 'node:crypto'
import type { AuditEvent, Clock } from '@policy/core'
import { toEntry } from '../entry/entry.ts'
import { parseLine } from '../entry/parse-entry.ts'
import { uuidV7Source } from '../entry/uuid-v7.ts'
import { base64Of, hashBytes, hashFromBase64, type Hash } from '../tree/hashes.ts'

/** A log as the first line of the one after it names it. */
export interface PreviousLog {
  /** How many lines it had. */
  size: number
  root: Hash
}

/** What the first line of a log says. */
export interface Opening {
  origin: string
  /** RFC 3339 UTC; as it stands there. */
  time: string
  /** The log that this one goes on from, where it names one. */
  previous: PreviousLog | undefined
}

/** Read a first line; `undefined` when it does not open a log. Its id makes two logs of one name differ from their first leaf on. */
export function openingOf(line: string): Opening | undefined {
  const parsed = parseLine(line)
  if (parsed.type !== 'entry' || parsed.event.type !== 'dev.modelpolicy.log.opened.v1') return undefined
  const data = parsed.event.data as unknown as Record<string, unknown>
  const origin = data['model_policy.origin']
  if (typeof origin !== 'string') return undefined
  return { origin, time: parsed.event.time, previous: previousIn(data) }
}

function previousIn(data: Record<string, unknown>): PreviousLog | undefined {
  const size = data['model_policy.previous.size']
  const root = hashFromBase64(String(data['model_policy.previous.root']))
  return typeof size === 'number' && Number.isSafeInteger(size) && size > 0 && root.length === hashBytes
    ? { size, root }
    : undefined
}

/** The first line of a log that goes on from another, without its LF. */
export function continuingLine(origin: string, { size, root }: PreviousLog, clock: Clock): string {
  const event: AuditEvent<'log.opened'> = {
    specversion: '1.0',
    id: uuidV7Source(clock)(),
    source: `urn:model-policy:${randomUUID()}`,
    type: 'dev.modelpolicy.log.opened.v1',
    time: new Date(clock()).toISOString(),
    data: {
      'model_policy.origin': origin,
      'model_policy.previous.size': size,
      'model_policy.previous.root': base64Of(root),
    },
  }
  return toEntry(event).line
}
