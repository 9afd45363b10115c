import { PolicyError, type AuditRecord, type EventKind } from '@policy/core'

const keys = new Map<EventKind, ReadonlySet<string>>()

/**
 * Refuse a record with a key that the schema of its kind does not have: a prompt or a token could be in it.
 *
 * Only keys are looked at. Checking every value takes longer than everything else that is done with a record.
 *
 * @throws {PolicyError} `audit_failed`
 */
export async function checkRecord({ kind, data }: AuditRecord): Promise<void> {
  const known = keys.get(kind) ?? (await keysOf(kind))
  const unknown = Object.keys(data).filter((key) => !known.has(key))
  if (unknown.length === 0) return
  throw new PolicyError(
    'audit_failed',
    `A record of ${kind} has keys that its kind has not: ${unknown.join(', ')}.`,
    {
      remedy: 'Record only what the schema of its kind names.',
    },
  )
}

async function keysOf(kind: EventKind): Promise<ReadonlySet<string>> {
  const { entryData } = await import('./entry-schema.ts')
  const known = new Set(Object.keys(entryData[kind].shape))
  keys.set(kind, known)
  return known
}
