import {
  assessChange,
  type Clock,
  type Escalation,
  type EscalationReason,
  type MeasuredChange,
  type Policy,
  PolicyError,
  ulid,
} from '@policy/core'
import type { Work } from './measure-work.ts'
import type { Workspace } from './open-workspace.ts'

/** What is known before the work is measured. */
export type EscalationFacts = Partial<Escalation> & Pick<Escalation, 'request' | 'reasons' | 'estimate'>

/** How an escalation is completed. */
export interface CompleteEscalationOptions {
  clock: Clock
  /** So many bytes from a secure source. */
  randomBytes: (count: number) => Uint8Array
}

/**
 * A whole escalation from what is known and what was measured; what was measured replaces what was claimed.
 *
 * @throws `escalation_malformed` when nobody said which task, agent or persona it is for.
 */
export function completeEscalation(
  workspace: Workspace,
  facts: EscalationFacts,
  { base, measured }: Work,
  options: CompleteEscalationOptions,
): Escalation {
  const { task, agent, agentKey, persona } = facts
  if (task === undefined || agent === undefined || agentKey === undefined || persona === undefined) {
    const missing = Object.entries({ task, agent, agentKey, persona })
      .filter(([, value]) => value === undefined)
      .map(([name]) => name)
    throw new PolicyError('escalation_malformed', `the escalation does not say its ${missing.join(', ')}`, {
      remedy: 'give them to openGuard or wrap, as in guard.wrap(client, { task: "ISSUE-12" })',
    })
  }
  const { policy, repositoryId, trust } = workspace
  const paths = facts.paths ?? touchedPaths(measured)
  return {
    escalation: 1,
    id: `esc_${ulid(options.clock(), options.randomBytes(10))}`,
    task,
    agent,
    agentKey,
    persona,
    request: facts.request,
    repo: repositoryId,
    ledger: trust.ledger,
    base,
    reasons: reasonsFor(policy, measured, facts.reasons),
    summary: facts.summary ?? `Work on ${task}`,
    measured: {
      changedFiles: measured.changedFiles,
      changedLines: measured.changedLines,
      modules: measured.modules.length,
      sensitive: measured.sensitive.map(({ path }) => path),
    },
    paths,
    estimate: {
      ...facts.estimate,
      outputs: facts.estimate.outputs.length > 0 ? facts.estimate.outputs : paths,
    },
    policy: policy.digest,
  }
}

/** What the agent gives as its reasons, and what the thresholds that were crossed say; complexity where neither says anything. */
function reasonsFor(
  policy: Policy,
  measured: MeasuredChange,
  claimed: readonly EscalationReason[],
): readonly EscalationReason[] {
  const crossed = assessChange(policy, measured).map(({ rule }): EscalationReason =>
    rule === 'threshold:sensitivePaths' ? 'security' : 'complexity',
  )
  const reasons = [...new Set([...claimed, ...crossed])]
  return reasons.length === 0 ? ['complexity'] : reasons
}

/** Globs of the modules that the work touches; everything while it touches nothing yet. */
function touchedPaths({ modules }: MeasuredChange): readonly string[] {
  if (modules.length === 0 || modules.includes('.')) return ['**']
  return modules.map((module) => `${module}/**`)
}
