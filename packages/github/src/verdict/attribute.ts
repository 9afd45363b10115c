import { classifyModel, type Policy, type ResolvedModel } from '@policy/core'
import { webFlow } from '../account/account.ts'
import { agentOfAccount } from '../account/known-agents.ts'
import type { CommitEvidence, PullRequestEvidence } from '../evidence/pull-request-evidence.ts'
import { declaredModels } from '../marks/declaration.ts'
import type { ModelMark } from '../marks/model-mark.ts'
import type { VerdictFinding } from './verdict.ts'

/** Which commits models made, and which of those need an approved escalation. */
export interface ModelWork {
  commits: readonly CommitEvidence[]
  escalated: readonly CommitEvidence[]
  /** Every gated model that the marks of escalated commits name, or that ran as the evidence shows, whatever the commits say. */
  models: readonly ResolvedModel[]
  findings: readonly VerdictFinding[]
}

/** What a mark asks for; `unnamed` when the tool runs several models and nothing says which. */
type Need = 'open' | 'grant' | 'deny' | 'unnamed'

/**
 * Attribute the commits of a pull request to models by their strong marks. Pure.
 *
 * A mark on the whole pull request counts for every commit, unless that commit bears a mark that asks for as much. Evidence does not
 * tell which commit a call was for, nor is what a person pushed an agent's: there, such a mark on any commit is enough.
 */
export function attribute(
  pullRequest: PullRequestEvidence,
  policy: Policy,
  marks: readonly ModelMark[],
): ModelWork {
  const strong = marks.filter(({ strength }) => strength === 'strong')
  const own = strong.filter(({ commit }) => commit !== undefined)
  const whole = strong.filter(({ commit }) => commit === undefined)
  const attributed = pullRequest.commits.map((commit) => {
    const borne = own.filter((mark) => mark.commit === commit.id)
    const byPerson = isPushedByPerson(commit, pullRequest)
    const remaining = whole.filter((mark) => {
      const telling = mark.kind === 'evidence' || byPerson ? own : borne
      const need = needOf(mark, policy)
      return need === 'unnamed' ? telling.length === 0 : !telling.some((one) => needOf(one, policy) === need)
    })
    const its = [...borne, ...remaining]
    return { commit, marks: its, needs: its.map((mark) => needOf(mark, policy)) }
  })
  const made = attributed.filter(({ marks: its }) => its.length > 0)
  const escalated = made.filter(({ needs }) => needs.includes('grant') || needs.includes('deny'))
  const called = whole.filter(({ kind }) => kind === 'evidence')
  const named = [...escalated.flatMap(({ marks: its }) => its), ...called].flatMap(({ model }) => model ?? [])
  const models = [...new Set(named)].map((model) => classifyModel(policy, model))
  return {
    commits: made.map(({ commit }) => commit),
    escalated: escalated.map(({ commit }) => commit),
    models: models.filter(({ access }) => access !== 'open'),
    findings: attributed.flatMap(({ commit, marks: its, needs }) => faultsOf(commit, its, needs, policy)),
  }
}

/** Whether GitHub saw a person, and nobody else, push exactly this commit. */
function isPushedByPerson({ id }: CommitEvidence, { pushes }: PullRequestEvidence): boolean {
  const brought = pushes.filter(({ after }) => after === id)
  return brought.length > 0 && brought.every(({ by }) => by && !by.bot && !agentOfAccount(by.id))
}

function needOf({ model, tool }: ModelMark, policy: Policy): Need {
  if (model !== undefined) return classifyModel(policy, model).access
  return tool === undefined || /codex/i.test(tool) ? 'grant' : 'unnamed'
}

function faultsOf(
  commit: CommitEvidence,
  marks: readonly ModelMark[],
  needs: readonly Need[],
  policy: Policy,
): VerdictFinding[] {
  const declared = declaredModels(commit.message)
  const modest = declared.every((model) => model === 'none' || accessOf(policy, model) === 'open')
  const denies = declared.every((model) => model === 'none')
  const short = commit.id.slice(0, 12)
  const fail = (code: VerdictFinding['code'], saw: string, reason: string, remedy: string) => [
    {
      question: 'may-run',
      effect: 'fail',
      ...(code ? { code } : {}),
      saw: `${short}: ${saw}`,
      reason,
      remedy,
    } as const,
  ]
  const closed = marks.find((_mark, index) => needs[index] === 'deny')
  if (closed) {
    const unknown = classifyModel(policy, closed.model ?? '').modelClass === undefined
    return fail(
      unknown ? 'model_unknown' : 'model_denied',
      closed.saw,
      unknown ? 'no class of the policy holds this model' : 'the class of this model is closed',
      'take the commit out, or have the policy changed first',
    )
  }
  const contrary = marks.find(
    (mark, index) =>
      needs[index] === 'grant' ||
      (needs[index] === 'unnamed' && declared.includes('none')) ||
      (needs[index] === 'open' && denies && mark.commit !== undefined),
  )
  if (declared.length > 0 && modest && contrary) {
    return fail(
      'attribution_contradictory',
      `AI-Model: ${declared.join(', ')}, and ${contrary.saw}`,
      'the commit declares one thing and bears the mark of another',
      'say in AI-Model which model ran: model-policy trailer',
    )
  }
  const silent = declared.length === 0 && marks.find((_mark, index) => needs[index] === 'unnamed')
  const otherwise = needs.some((need) => need !== 'unnamed')
  if (silent && !otherwise) {
    return fail(
      'declaration_missing',
      silent.saw,
      `${silent.tool ?? 'this tool'} runs several models, and nothing says which one made this`,
      'say it with an AI-Model trailer: model-policy trailer',
    )
  }
  const bare = declared.length === 0 && !isPlainMerge(commit) && policy.document.merge.requireDeclaration
  if (bare) {
    return fail(
      'declaration_missing',
      'no AI-Model trailer',
      'the policy wants every commit to say whether a model made it',
      'add "AI-Model: none" or the model: model-policy trailer',
    )
  }
  return []
}

/** Whether a merge brings nothing of its own, as far as its paths tell, or is GitHub's. A second parent alone makes no merge. */
function isPlainMerge({ parents, paths, committer, verification }: CommitEvidence): boolean {
  const byGitHub = committer?.id === webFlow && verification.verified
  return parents.length > 1 && (paths.length === 0 || byGitHub)
}

const accessOf = (policy: Policy, model: string) => classifyModel(policy, model).access
