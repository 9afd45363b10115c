import type { AuditRecord, Clock } from '@policy/core'
import { openAuditLog } from './open-audit-log.ts'
import type { Workspace } from './open-workspace.ts'

/**
 * Record one thing that a command did, and let go of the log.
 *
 * @throws `audit_failed` when the log does not take it.
 */
export async function recordOne(workspace: Workspace, clock: Clock, record: AuditRecord): Promise<void> {
  await using audit = openAuditLog(workspace, { clock, summaries: false })
  await audit.record(record)
}
