import { createAuditLog, fileSink } from '@policy/audit'
import { type AuditLog, classifyModel, type Clock, type Policy } from '@policy/core'
import { usualOrigin } from '../audit/usual-origin.ts'
import type { Workspace } from './open-workspace.ts'

/** The name of the log in its first line and its checkpoints, where the trust root names none. */
function auditOrigin({ trust, repositoryId }: Workspace): string {
  return trust.log?.origin ?? usualOrigin(repositoryId)
}

/**
 * Open the repository's `MODEL_AUDIT.log` for writing; every entry is on disk before it counts.
 *
 * `summaries` says whether open-class calls are counted for summaries, as in a long-lived guard, or written one by one.
 */
export function openAuditLog(
  workspace: Workspace,
  { clock, summaries }: { clock: Clock; summaries: boolean },
): AuditLog & AsyncDisposable {
  return createAuditLog({
    sinks: [fileSink({ path: workspace.paths.auditLog })],
    origin: auditOrigin(workspace),
    clock,
    names: usageNames(workspace.policy),
    ...(summaries ? {} : { summaryInterval: false }),
  })
}

/**
 * The names that summaries may show: those of the policy, so that a made-up one cannot swell the log. A dated snapshot counts as the id
 * it is of, any other model of a class as the entry that it matched.
 */
function usageNames(policy: Policy) {
  const { personas, taskClasses } = policy.document
  const models = (name: string) => {
    const { modelClass, matched } = classifyModel(policy, name)
    return modelClass === undefined ? undefined : matched
  }
  return { personas, taskClasses: Object.keys(taskClasses), models }
}
