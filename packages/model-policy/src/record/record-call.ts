import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type CallAttributes, type CallFinished, classifyModel, PolicyError, promptHash } from '@policy/core'
import type { Host } from '../command-line/host.ts'
import { openAuditLog } from '../workspace/open-audit-log.ts'
import { openWorkspace } from '../workspace/open-workspace.ts'

/** A call as its agent reports it. */
export interface ReportedCall {
  model: string
  agent: string
  path: readonly string[]
  rationale: string
  body: string
  approval?: string
  grant?: string
  persona?: string
  task?: string
  taskClass?: string
  servedModel?: string
  inputTokens?: string
  outputTokens?: string
  outcome: CallFinished['model_policy.outcome']
}

/** What became of a report. */
export type RecordedCall =
  | { type: 'recorded'; callId: string; log: string }
  | { type: 'approval-needed'; reason: string }

/**
 * Record a call that is over as two entries, of what was asked and of how it ended.
 *
 * @throws `usage`, `file_unreadable`, `audit_failed`, and what `openWorkspace` refuses with.
 */
export async function recordCall(host: Host, reported: ReportedCall): Promise<RecordedCall> {
  const workspace = await openWorkspace(host)
  const model = classifyModel(workspace.policy, reported.model)
  if (model.access !== 'open' && !reported.approval) {
    const reason = `${reported.model} is ${model.modelClass === undefined ? 'unknown to the policy' : `of class ${model.modelClass}`}, so its use needs an approval`
    return { type: 'approval-needed', reason }
  }
  const body = await bodyOf(host, reported.body)
  const callId = randomUUID()
  const attributes: CallAttributes = {
    'model_policy.call_id': callId,
    'model_policy.source': 'reported',
    'model_policy.audit': 'full',
    'gen_ai.agent.id': reported.agent,
    ...(reported.persona !== undefined && { 'model_policy.persona': reported.persona }),
    'vcs.repository.url.full': workspace.repositoryId,
    'model_policy.paths': reported.path,
    ...(reported.task !== undefined && { 'model_policy.task': reported.task }),
    ...(reported.taskClass !== undefined && { 'model_policy.task_class': reported.taskClass }),
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': reported.model,
    'model_policy.model': model.id,
    ...(model.modelClass !== undefined && { 'model_policy.model_class': model.modelClass }),
    'model_policy.policy_digest': workspace.policy.digest,
  }
  const subject = reported.task === undefined ? {} : { subject: reported.task }
  const [input, output] = [tokens(reported.inputTokens), tokens(reported.outputTokens)]
  await using log = openAuditLog(workspace, { clock: host.clock, summaries: false })
  await log.record({
    kind: 'call.started',
    ...subject,
    data: {
      ...attributes,
      'model_policy.prompt_hash': promptHash(body),
      'model_policy.rationale': reported.rationale,
      'model_policy.decision': 'allow',
      ...(reported.grant !== undefined && { 'model_policy.grant.jti': reported.grant }),
      ...(reported.approval !== undefined && { 'model_policy.approval.uri': reported.approval }),
    },
  })
  await log.record({
    kind: 'call.finished',
    ...subject,
    data: {
      ...attributes,
      'model_policy.outcome': reported.outcome,
      ...(reported.servedModel !== undefined && { 'gen_ai.response.model': reported.servedModel }),
      ...(input === undefined
        ? { 'model_policy.usage_absent': 'not-reported' }
        : { 'gen_ai.usage.input_tokens': input }),
      ...(output !== undefined && { 'gen_ai.usage.output_tokens': output }),
    },
  })
  return { type: 'recorded', callId, log: workspace.paths.auditLog }
}

async function bodyOf({ cwd }: Host, file: string): Promise<Uint8Array> {
  const path = resolve(cwd, file)
  return readFile(path).catch((cause: unknown) => {
    throw new PolicyError('file_unreadable', `the request body ${path} cannot be read`, {
      cause,
      place: { file: path },
    })
  })
}

function tokens(text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,15}$/.test(text)) return text === undefined ? undefined : Number(text)
  throw new PolicyError('usage', `${JSON.stringify(text)} is no number of tokens`, { remedy: 'give a count' })
}
