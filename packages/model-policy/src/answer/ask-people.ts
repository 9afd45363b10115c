import {
  type Approval,
  approvalAttributes,
  assessChange,
  classifyModel,
  type Digest,
  type Escalation,
  escalationDigest,
  type EscalationReason,
  type EscalationRequest,
  type Finding,
  parseEscalation,
  type Policy,
  PolicyError,
  renderEscalation,
} from '@policy/core'
import type { Host } from '../command-line/host.ts'
import { readText } from '@policy/local'
import { openApprovals } from '../workspace/open-approvals.ts'
import { completeEscalation } from '../workspace/complete-escalation.ts'
import { measureWork } from '../workspace/measure-work.ts'
import { openAgentKey } from '../workspace/open-agent-key.ts'
import { openWorkspace } from '../workspace/open-workspace.ts'
import { recordOne } from '../workspace/record-one.ts'

/** What only the agent or its person knows of the work. */
export interface AskPeopleFacts {
  request: EscalationRequest
  task: string
  agent: string
  persona: string
  summary: string
  promptTokens: number
  reasons: readonly EscalationReason[]
  /** Globs; empty for the modules that the work touches. */
  paths: readonly string[]
  /** Globs; empty for the paths. */
  outputs: readonly string[]
  /** The revision the work starts from. */
  base?: string
}

/** The escalation as people find it: the one asked for now, or the same from before, with its answer if it has one. */
export interface Asked {
  file: string
  /** Whether it was put there now. */
  isNew: boolean
  approval?: Approval
  digest: Digest
  escalation: Escalation
  /** The thresholds that the measured work crosses. */
  crossed: readonly Finding[]
}

/**
 * Measure the work, put the escalation before people and record that it was asked.
 *
 * @throws `model_denied` for a model that no grant opens; `escalation_malformed`, `escalation_pending`; what measuring throws.
 */
export async function askPeople(
  host: Host,
  facts: AskPeopleFacts,
  randomBytes: (count: number) => Uint8Array,
): Promise<Asked> {
  const workspace = await openWorkspace(host)
  const { policy, paths } = workspace
  const { publicJwk } = await openAgentKey(workspace, facts.agent, host.env['MODEL_POLICY_PASSPHRASE'] ?? '')
  const { task, agent, persona, summary, reasons, promptTokens, base } = facts
  const work = await measureWork(workspace, base === undefined ? {} : { base })
  const escalation = completeEscalation(
    workspace,
    {
      task,
      agent,
      persona,
      summary,
      reasons,
      agentKey: publicJwk,
      request: grantable(policy, facts.request),
      estimate: { promptTokens, outputs: facts.outputs },
      ...(facts.paths.length > 0 && { paths: facts.paths }),
    },
    work,
    { clock: host.clock, randomBytes },
  )
  const text = renderEscalation(escalation)
  // read back before it is put anywhere: what people find must be in its form
  await parseEscalation(text)
  const digest = await openApprovals(workspace, host).request(escalation)
  const isNew = digest === escalationDigest(text)
  if (isNew) {
    await recordOne(workspace, host.clock, {
      kind: 'escalation.requested',
      subject: task,
      data: approvalAttributes({ escalation, digest }),
    })
  }
  const found = await parseEscalation((await readText(paths.escalation)) ?? '')
  return { file: paths.escalation, isNew, ...found, crossed: assessChange(policy, work.measured) }
}

/** The request for what a grant could permit, a model by its provider id. */
function grantable(policy: Policy, request: EscalationRequest): EscalationRequest {
  if (!('model' in request)) return request
  const { id, access } = classifyModel(policy, request.model)
  if (access !== 'deny') return { ...request, model: id }
  throw new PolicyError(
    'model_denied',
    `the policy opens ${JSON.stringify(request.model)} to nobody, so there is nothing to ask for`,
    {
      remedy: 'ask for a model of a class that runs under a grant',
    },
  )
}
