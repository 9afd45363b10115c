import {
  classifyModel,
  type Escalation,
  permittedPathMatcher,
  type Policy,
  type PolicyErrorCode,
} from '@policy/core'
import type { PullRequestEvidence, ReadableEscalation } from '../evidence/pull-request-evidence.ts'
import { namedEscalations } from '../marks/declaration.ts'
import type { ModelWork } from './attribute.ts'
import { judgeGrants } from './judge-grants.ts'
import { refusalOf } from './refusal.ts'
import type { RunJudgement } from './run-judgement.ts'
import type { VerdictFinding } from './verdict.ts'

/**
 * Judge whether the models that made commits of a pull request were allowed to run: one approved escalation covers them all.
 *
 * An approval is void when the request, the policy or the agent changed, or when model-made commits touch paths outside it; not
 * merely because a commit arrived. Pure.
 */
export function judgeRun(pullRequest: PullRequestEvidence, policy: Policy, work: ModelWork): RunJudgement {
  const { escalation: file } = pullRequest
  const ask = 'ask for approval: model-policy escalate'
  if (file.type === 'missing') {
    const saw = `${work.escalated.length} model-made commits`
    return only(
      fail('escalation_missing', saw, `there is no ${policy.document.escalation.file} in the head`, ask),
    )
  }
  if (file.type === 'refused') {
    return only(fail(file.code, policy.document.escalation.file, file.reason, ask))
  }
  const refusal = refusalOf(pullRequest, policy)
  if (refusal) return only(fail('approval_declined', refusal, 'a refusal wins over approvals', ask))
  const mismatches = mismatchesOf(pullRequest, policy, work, file)
  const { findings, grants } = judgeGrants(pullRequest, policy, file)
  return { findings: [...mismatches, ...findings], grants }
}

const only = (finding: VerdictFinding): RunJudgement => ({ findings: [finding], grants: [] })

const fail = (code: PolicyErrorCode, saw: string, reason: string, remedy: string): VerdictFinding => ({
  question: 'may-run',
  effect: 'fail',
  code,
  saw,
  reason,
  remedy,
})

/** Where the escalation is not the one for this work. */
function mismatchesOf(
  { repository, change, commits }: PullRequestEvidence,
  policy: Policy,
  work: ModelWork,
  { escalation, digest, onBase, reachesBase }: ReadableEscalation,
): VerdictFinding[] {
  const saw = `escalation ${escalation.id}`
  const anew = 'write an escalation for this work: model-policy escalate'
  const findings: VerdictFinding[] = []
  if (onBase)
    findings.push(
      fail('escalation_stale', saw, 'the base branch has it, or its evidence: it was for earlier work', anew),
    )
  if (!reachesBase) {
    findings.push(
      fail(
        'escalation_base',
        saw,
        `its base ${escalation.base} is not in the head, or not in the branch that it is to be merged into`,
        anew,
      ),
    )
  }
  if (escalation.repo !== repository) {
    findings.push(fail('grant_repository', saw, `it is for ${escalation.repo}; this is ${repository}`, anew))
  }
  const other = work.escalated
    .flatMap(({ message }) => namedEscalations(message))
    .find((named) => named.id !== escalation.id || !digest.startsWith(named.digest || '-'))
  if (other) {
    findings.push(
      fail(
        'grant_escalation',
        `AI-Escalation: ${other.id}#${other.digest}`,
        `the escalation here is ${escalation.id}#${digest}`,
        anew,
      ),
    )
  }
  return [
    ...findings,
    ...modelMismatch(escalation, policy, work, saw),
    ...strayPaths(escalation, policy, touchedBy(work, change, commits)),
  ]
}

function modelMismatch(
  { request }: Escalation,
  policy: Policy,
  work: ModelWork,
  saw: string,
): VerdictFinding[] {
  const asked = 'model' in request ? classifyModel(policy, request.model).id : undefined
  const stray = work.models.find(({ id }) => canonical(id, policy) !== asked)
  if (asked !== undefined && stray === undefined) return []
  const reason =
    asked === undefined
      ? 'it does not ask for a model'
      : `it asks for ${asked}; the commits or the evidence name ${stray?.asked}`
  return [fail('grant_model', saw, reason, 'escalate for the model that ran: model-policy escalate')]
}

/** The listed id that a provider's spelling such as `openai/gpt-5.3-codex` means, for comparing what gates anyway. */
function canonical(id: string, policy: Policy): string {
  const { match, matched } = classifyModel(policy, id)
  return match === 'look-alike' || match === 'prefix' ? classifyModel(policy, matched ?? id).id : id
}

/**
 * What model-made commits touch, with what their merges drop of either side: such a path differs in the end and no commit touches it, as git
 * tells of a merge only what differs from every parent.
 */
function touchedBy(
  { escalated }: ModelWork,
  { files }: PullRequestEvidence['change'],
  commits: PullRequestEvidence['commits'],
): string[] {
  const touched = escalated.flatMap(({ paths }) => paths)
  if (escalated.every(({ parents }) => parents.length < 2)) return touched
  const told = new Set(commits.flatMap(({ paths }) => paths))
  const changed = files.flatMap(({ path, from }) => (from === undefined ? [path] : [from, path]))
  return [...touched, ...changed.filter((path) => !told.has(path))]
}

function strayPaths(escalation: Escalation, policy: Policy, touched: readonly string[]): VerdictFinding[] {
  const accompanying = [policy.document.escalation.file, `.model-policy/evidence/${escalation.id}.json`]
  const reaches = escalation.paths.map(permittedPathMatcher)
  const stray = touched.filter(
    (path) => !accompanying.includes(path) && !reaches.some((matches) => matches(path)),
  )
  if (stray.length === 0) return []
  return [
    fail(
      'grant_path',
      `model-made commits touch ${[...new Set(stray)]
        .slice(0, 5)
        .map((path) => JSON.stringify(path))
        .join(', ')}`,
      `the escalation reaches ${escalation.paths.join(', ')}`,
      'escalate for these paths too, or take them out of the commits',
    ),
  ]
}
