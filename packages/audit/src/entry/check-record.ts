import { PolicyError, type AuditRecord } from '@policy/core'

/**
 * Refuse a record that is not in the form of its kind, above all one with keys of its own: a prompt or a token could be in them.
 *
 * @throws {PolicyError} `audit_failed`
 */
export async function checkRecord({ kind, data }: AuditRecord): Promise<void> {
  const { entryData } = await import('./entry-schema.ts')
  const { error } = entryData[kind].safeParse(data)
  if (!error) return
  const faults = error.issues.map(({ path, message }) => [...path, message].join(': '))
  throw new PolicyError('audit_failed', `A record of ${kind} is not in its form. ${faults.join('; ')}.`, {
    remedy: 'Record only what the schema of its kind names.',
  })
}
