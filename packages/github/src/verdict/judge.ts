import { assessChange, measureChange, type Policy } from '@policy/core'
import type { Evidence, QueuedChange } from '../evidence/evidence.ts'
import type { PullRequestEvidence } from '../evidence/pull-request-evidence.ts'
import { detectMarks } from '../marks/detect-marks.ts'
import { attribute } from './attribute.ts'
import { judgeChange } from './judge-change.ts'
import { judgeMerge } from './judge-merge.ts'
import { judgeRun } from './judge-run.ts'
import { errorVerdict, type Verdict, type VerdictFinding, verdictOf } from './verdict.ts'

/**
 * Judge a pull request, a merge group, or something that is neither, under the policy of the base branch.
 *
 * Two questions are kept apart: may the model run (an approval covers its escalation, whatever commits follow), and may this be merged
 * (the head as it is). Pure: same evidence and policy, same verdict.
 */
export function judge(evidence: Evidence, policy: Policy): Verdict {
  switch (evidence.type) {
    case 'pull-request':
      return verdictOf(findingsOf(evidence.pullRequest, policy))
    case 'merge-group':
      return verdictOf(evidence.changes.flatMap((change) => queuedFindings(change, policy)))
    case 'no-pull-request':
      return unauthorizedVerdict(evidence.event)
    case 'incomplete':
      return errorVerdict(evidence.error.code, evidence.error.message, evidence.error.remedy)
  }
}

/** The verdict on something that no pull request stands behind. */
export function unauthorizedVerdict(event: string): Verdict {
  return verdictOf([
    {
      question: 'may-merge',
      effect: 'fail',
      code: 'pull_request_missing',
      saw: `the event ${JSON.stringify(event)}`,
      reason: 'no pull request stands behind it, so nobody authorized it',
      remedy: 'open a pull request',
    },
  ])
}

function findingsOf(pullRequest: PullRequestEvidence, policy: Policy): VerdictFinding[] {
  const marks = detectMarks(pullRequest)
  const work = attribute(pullRequest, policy, marks)
  const run = work.escalated.length > 0 ? judgeRun(pullRequest, policy, work) : { findings: [], grants: [] }
  const merge = work.commits.length > 0 ? judgeMerge(pullRequest, policy, work, run.grants) : []
  const weak = marks.filter(({ strength }) => strength === 'weak')
  return [
    ...work.findings,
    ...run.findings,
    ...judgeChange(pullRequest, policy),
    ...merge,
    ...assessChange(policy, measureChange(pullRequest.change, policy)).map(({ saw, reason }) =>
      note(saw, reason),
    ),
    ...weak.map(({ saw, commit }) =>
      note(
        `${saw}${commit ? ` (${commit.slice(0, 12)})` : ''}`,
        'this may point at a model, and decides nothing',
      ),
    ),
    ...(work.commits.length === 0 && !policy.document.merge.requireDeclaration
      ? [note('no commit is marked as made by a model', 'unmarked use of a model cannot be seen from here')]
      : []),
    ...(pullRequest.draft ? [note('a draft', 'nothing is merged yet: this tells how it stands')] : []),
  ]
}

function queuedFindings(change: QueuedChange, policy: Policy): VerdictFinding[] {
  if (change.type === 'unknown') {
    return [
      altered(
        `the commit ${change.commit}`,
        "it is not the change of one open pull request into the queue's branch",
      ),
    ]
  }
  const { pullRequest, samePatch } = change
  const findings = findingsOf(pullRequest, policy).map((finding) => ({
    ...finding,
    saw: `#${pullRequest.number}: ${finding.saw}`,
  }))
  if (samePatch) return findings
  return [
    altered(`#${pullRequest.number}`, `the queue brings another patch than its head ${pullRequest.head}`),
    ...findings,
  ]
}

const altered = (saw: string, reason: string): VerdictFinding => ({
  question: 'may-merge',
  effect: 'fail',
  code: 'queue_altered',
  saw,
  reason,
  remedy:
    'update the branch, have it reviewed, and queue it again; the queue merges or squashes, it does not rebase',
})

const note = (saw: string, reason: string): VerdictFinding => ({
  question: 'may-merge',
  effect: 'note',
  saw,
  reason,
})
