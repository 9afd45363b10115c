import type { Policy } from '@policy/core'
import type { Evidence, QueuedChange } from '../evidence/evidence.ts'
import { readBaseRules } from './base-rules.ts'
import type { CollectEvidenceOptions, Subject } from './collect-options.ts'
import { collectPullRequest } from './collect-pull-request.ts'
import { incomplete } from './github-client.ts'
import { readCommits } from './read-live.ts'

/** Evidence, with the policy of the base branch that it is to be judged by. */
export interface CollectedEvidence {
  evidence: Evidence
  policy: Policy
}

/**
 * Collect the evidence for a verdict: complete, or an error.
 *
 * A merge queue's commit is taken apart into the pull requests it is made of, each collected whole, its patch compared with what the queue
 * brings.
 *
 * @throws `github_failed`, `github_incomplete`, `history_incomplete`, and what reading the base's policy and keys throws.
 */
export async function collectEvidence(options: CollectEvidenceOptions): Promise<CollectedEvidence> {
  const { subject } = options
  switch (subject.type) {
    case 'pull-request': {
      const { pullRequest, rules } = await collectPullRequest(options, subject.number)
      return { evidence: { type: 'pull-request', pullRequest }, policy: rules.policy }
    }
    case 'merge-group':
      return collectMergeGroup(options, subject)
  }
}

async function collectMergeGroup(
  options: CollectEvidenceOptions,
  { base, head, headRef }: Extract<Subject, { type: 'merge-group' }>,
): Promise<CollectedEvidence> {
  const { history } = options
  const [, last] = /\/pr-(\d+)-[0-9a-f]+$/.exec(headRef) ?? []
  if (last === undefined) throw incomplete(`${headRef} is not the branch of a merge queue`)
  const { policy } = await readBaseRules(history, base)
  const steps = await history.firstParents(base, head)
  const [facts, parents] = [await history.commits(base, head), new Map<string, string | undefined>()]
  for (const { id, parents: of } of facts) parents.set(id, of[0])
  const subjects = await subjectsOf(options, base, head)
  const changes: QueuedChange[] = []
  for (const [index, commit] of steps.entries()) {
    // The number in a subject line only says where to look: what counts is that the patch is that pull request's.
    const number = index === 0 ? last : numberIn(subjects.get(commit) ?? '')
    const parent = parents.get(commit)
    if (number === undefined || parent === undefined) {
      changes.push({ type: 'unknown', commit })
      continue
    }
    const { pullRequest } = await collectPullRequest(options, Number(number))
    const [queued, approved] = await Promise.all([
      history.patchDigest(parent, commit),
      history.patchDigest(pullRequest.change.base, pullRequest.head),
    ])
    changes.push({ type: 'pull-request', pullRequest, samePatch: queued === approved })
  }
  if (changes.length === 0) throw incomplete('the merge queue brings no commit')
  return { evidence: { type: 'merge-group', changes }, policy }
}

/** The pull request that a queue's commit says it is of: GitHub's words for a merge, or what ends the subject of a squash. */
function numberIn(subject: string): string | undefined {
  const [, merged, squashed] = /^Merge pull request #(\d+) from |\(#(\d+)\)$/.exec(subject) ?? []
  return merged ?? squashed
}

async function subjectsOf(
  options: CollectEvidenceOptions,
  base: string,
  head: string,
): Promise<Map<string, string>> {
  const commits = await readCommits(options, base, head)
  return new Map(commits.map(({ id, message }) => [id, message.split('\n', 1)[0] ?? '']))
}
