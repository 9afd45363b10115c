import type { AuditRecord, Clock } from '@policy/core'
import { openAuditLog } from './open-audit-log.ts'
import type { Workspace } from './open-workspace.ts'

/**
 * Record one thing that a command did, and let go of the log.
 *
 * @throws `audit_failed` when the log does not take it.
 */
export async function recordOne(workspace: Workspace, clock: Clock, record: AuditRecord): Promise<void> {
  const audit = openAuditLog(workspace, { clock, summaries: false })
  try {
    await audit.record(record)
  } catch (error) {
    // a log that did not take the entry may not close either; the first fault is the one to tell
    await audit.close().catch(() => undefined)
    throw error
  }
  await audit.close()
}
