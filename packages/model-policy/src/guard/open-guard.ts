import { randomBytes } from 'node:crypto'
import { createGuard, type Guard, type GuardOptions } from '@policy/client'
import type { AuditLog, CallContext } from '@policy/core'
import { currentBranch } from '@policy/local'
import { openApprovals } from '../workspace/open-approvals.ts'
import { completeEscalation } from '../workspace/complete-escalation.ts'
import { measureWork } from '../workspace/measure-work.ts'
import { openAgentKey } from '../workspace/open-agent-key.ts'
import { openAuditLog } from '../workspace/open-audit-log.ts'
import { currentKeys } from './current-keys.ts'
import { openLedger, openWorkspace, type OpenWorkspaceOptions } from '../workspace/open-workspace.ts'

/** What `openGuard` is told; everything else it takes from the repository, each part replaceable. */
export interface OpenGuardOptions extends OpenWorkspaceOptions, Partial<Omit<GuardOptions, 'context'>> {
  /** Who acts, such as `agent:refactor-bot`; its key is made on first use. Without it no grant covers anything. */
  agent?: string
  /** The role the agent acts in, such as `developer`. */
  persona?: string
  /** What else holds for every call of this guard. */
  context?: Omit<CallContext, 'agent' | 'persona' | 'repo' | 'agentKey'>
  /** Opens the agent's private key. @default the environment's `MODEL_POLICY_PASSPHRASE`, else none */
  passphrase?: string
  /**
   * The revision that work is measured against, for rules and drafts; what a grant reaches counts from the commit that the grant names.
   * @default the first protected branch that this clone knows, else HEAD
   */
  base?: string
}

/**
 * Open a guard with this repository's signed policy, approvals, ledger and `MODEL_AUDIT.log`.
 *
 * Closing it writes the last summary and closes the log, and throws `audit_failed` when that fails; disposing of it warns then. Throws a `PolicyError` when the policy is missing or not
 * trusted (`policy_unsigned`, `policy_altered`, `trust_missing`, …): without a policy there is no guard. A guard keeps the policy it was opened
 * with; once other keys or another policy are signed, no grant counts for it any more (`policy_changed`) until one is opened anew.
 *
 * @example
 * await using guard = await openGuard({ agent: 'agent:refactor-bot', persona: 'developer' })
 * const openai = guard.wrap(new OpenAI(), { task: 'ISSUE-12' })
 */
export async function openGuard(options: OpenGuardOptions = {}): Promise<Guard> {
  const { agent, persona, env = process.env, clock = Date.now, context, base } = options
  const { passphrase = env['MODEL_POLICY_PASSPHRASE'] ?? '' } = options
  const workspace = await openWorkspace(options)
  const { policy, repository, repositoryId } = workspace
  const measure = (from = base) => measureWork(workspace, from === undefined ? {} : { base: from })
  const audit = options.audit ?? openAuditLog(workspace, { clock, summaries: true })
  const agentKey =
    options.agentKey ?? (agent === undefined ? undefined : await openAgentKey(workspace, agent, passphrase))
  const guard = createGuard({
    policy,
    keys: currentKeys(workspace),
    ledger: options.ledger ?? (await openLedger(workspace)),
    approvals: openApprovals(workspace, { clock, env }),
    measure: async (from) => (await measure(from)).measured,
    branch: () => currentBranch(repository, { env }),
    completeEscalation: async (draft) =>
      completeEscalation(workspace, draft, await measure(), { clock, randomBytes }),
    ...withoutUndefined(options),
    audit,
    ...(agentKey === undefined ? {} : { agentKey }),
    context: {
      ...context,
      repo: repositoryId,
      ...(agent === undefined ? {} : { agent }),
      ...(persona === undefined ? {} : { persona }),
    },
  })
  return options.audit ? guard : closingLog(guard, audit)
}

/** What was given; a part given as `undefined` is one that was not given. */
const withoutUndefined = <Options extends object>(options: Options): Options =>
  Object.fromEntries(Object.entries(options).filter(([, part]) => part !== undefined)) as Options

/** The guard that also closes the log which was opened for it. */
function closingLog(guard: Guard, log: AuditLog): Guard {
  const closeGuard = guard.close
  const close = async () => {
    await closeGuard()
    await log.close()
  }
  // `await using` would bury what the block threw under the fault of a log that calls were refused for already; `close` throws it
  const dispose = () =>
    close().catch((error: unknown) => {
      process.emitWarning(`The audit log did not close: ${String(error)}`, { code: 'model_policy_audit' })
    })
  return Object.defineProperties(guard, {
    close: { value: close },
    [Symbol.asyncDispose]: { value: dispose },
  })
}
