import { createGuard } from '@policy/client'
import type { AuditLog, CallContext, Clock, Decision } from '@policy/core'
import type { Host } from '../command-line/host.ts'
import { openApprovals } from '../workspace/open-approvals.ts'
import { findAgentKey } from '../workspace/open-agent-key.ts'
import { openLedger, type Workspace } from '../workspace/open-workspace.ts'

/** How a call is decided without being sent. */
export interface CheckCallOptions {
  model: string
  context: CallContext
  /** Opens the agent's private key. */
  passphrase: string
  clock: Clock
  env: Host['env']
}

const silent: AuditLog = {
  record: async () => undefined,
  flush: async () => undefined,
  close: async () => undefined,
}

/** Decide a call as the guard would, grants at hand included, without sending, spending, recording or making a key. */
export async function checkCall(workspace: Workspace, options: CheckCallOptions): Promise<Decision> {
  const { model, context, passphrase, clock, env } = options
  const { policy, keys } = workspace
  const agentKey =
    context.agent === undefined ? undefined : await findAgentKey(workspace, context.agent, passphrase)
  await using guard = createGuard({
    policy,
    keys,
    ledger: await openLedger(workspace),
    approvals: openApprovals(workspace, { clock, env }),
    audit: silent,
    clock,
    context,
    ...(agentKey === undefined ? {} : { agentKey }),
  })
  return guard.check({ model })
}
