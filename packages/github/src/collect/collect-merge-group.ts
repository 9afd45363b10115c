import type { QueuedChange } from '../evidence/evidence.ts'
import { branchAnswer } from './answers.ts'
import { type BaseRules, readBaseRules } from './base-rules.ts'
import type { CollectedEvidence } from './collect-evidence.ts'
import type { CollectEvidenceOptions, Subject } from './collect-options.ts'
import { collectPullRequest } from './collect-pull-request.ts'
import { incomplete } from './github-client.ts'
import { queuedNumber } from './queued-number.ts'
import { readCommits } from './read-live.ts'

type MergeGroup = Extract<Subject, { type: 'merge-group' }>

/** One step of the queue's commit, as git has it and as its subject says. */
interface Step {
  commit: string
  parents: readonly string[]
  number: number | undefined
}

/**
 * Take a merge queue's commit apart into the pull requests it is made of, each collected whole, its patch compared with what the queue
 * brings.
 *
 * It is to be judged by the rules of the queue's branch as it is now, and by those of the commit it is built on where they are others:
 * that may be a group that was queued before and is not merged, or never will be.
 */
export async function collectMergeGroup(
  options: CollectEvidenceOptions,
  { base, head, headRef }: MergeGroup,
): Promise<CollectedEvidence[]> {
  const { github, history, owner, repo } = options
  const [, branch, last] = /^refs\/heads\/gh-readonly-queue\/(.+)\/pr-(\d+)-[0-9a-f]+$/.exec(headRef) ?? []
  if (branch === undefined) throw incomplete(`${headRef} is not the branch of a merge queue`)
  const route = 'GET /repos/{owner}/{repo}/branches/{branch}'
  const { commit: tip } = await github.get(route, { owner, repo, branch }, branchAnswer)
  const [ofBranch, ofBase] = await Promise.all([
    readBaseRules(history, tip.sha),
    readBaseRules(history, base),
  ])
  const steps = await stepsOf(options, base, head)
  if (steps.length === 0) throw incomplete('the merge queue brings no commit')
  const judgedBy = isSame(ofBranch, ofBase) ? [ofBranch] : [ofBranch, ofBase]
  return Promise.all(
    judgedBy.map(async (rules): Promise<CollectedEvidence> => {
      const changes: QueuedChange[] = []
      for (const [index, step] of steps.entries()) {
        const { number = index === 0 ? Number(last) : undefined } = step
        const isAgreed = index > 0 || number === Number(last)
        const found = isAgreed ? await changeOf(options, step, number, branch, rules) : undefined
        changes.push(found ?? { type: 'unknown', commit: step.commit })
      }
      return { evidence: { type: 'merge-group', changes }, policy: rules.policy }
    }),
  )
}

/** The change of a step; none where it is not of an open pull request into the queue's branch. */
async function changeOf(
  options: CollectEvidenceOptions,
  { commit, parents: [parent, merged] }: Step,
  number: number | undefined,
  branch: string,
  rules: BaseRules,
): Promise<QueuedChange | undefined> {
  const { history } = options
  if (number === undefined || parent === undefined) return undefined
  const { pullRequest, isOpen } = await collectPullRequest(options, number, rules)
  if (!isOpen || pullRequest.baseBranch !== branch) return undefined
  if (merged !== undefined && merged !== pullRequest.head) return undefined
  const [queued, approved] = await Promise.all([
    history.patchDigest(parent, commit),
    history.patchDigest(pullRequest.change.base, pullRequest.head),
  ])
  return { type: 'pull-request', pullRequest, samePatch: queued === approved }
}

/** The first parents of the queue's commit, newest first. */
async function stepsOf(options: CollectEvidenceOptions, base: string, head: string): Promise<Step[]> {
  const [commits, ids] = await Promise.all([
    readCommits(options, base, head),
    options.history.firstParents(base, head),
  ])
  const known = new Map(commits.map((commit) => [commit.id, commit]))
  return ids.map((id) => {
    const { message = '', parents = [] } = known.get(id) ?? {}
    return { commit: id, parents, number: queuedNumber(message.split('\n', 1)[0] ?? '', parents) }
  })
}

const isSame = (one: BaseRules, other: BaseRules) => textOf(one) === textOf(other)

const textOf = ({ policy, keys, logKeys }: BaseRules) => JSON.stringify([policy.source, keys, logKeys])
