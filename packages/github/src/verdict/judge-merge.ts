import { pathMatcher, type Policy, type PolicyErrorCode } from '@policy/core'
import type { PullRequestEvidence } from '../evidence/pull-request-evidence.ts'
import type { ModelWork } from './attribute.ts'
import { judgeAudit } from './judge-audit.ts'
import type { StandingGrant } from './run-judgement.ts'
import { countedReviews, headReviews, isOfThisBase } from '../approval/reviews.ts'
import type { VerdictFinding } from './verdict.ts'

/** Judge whether model-made commits may be merged into a protected branch: review, checks, vet and evidence, all of this head. Pure. */
export function judgeMerge(
  pullRequest: PullRequestEvidence,
  policy: Policy,
  work: ModelWork,
  grants: readonly StandingGrant[],
): VerdictFinding[] {
  const { protectedBranches, checks, vet } = policy.document.merge
  if (!protectedBranches.some((branch) => pathMatcher(branch)(pullRequest.baseBranch))) return []
  const reported = reportedChecks(pullRequest, policy)
  const findings = [
    ...judgeReview(pullRequest, policy),
    ...checks.flatMap((name) => judgeCheck(reported, name)),
    ...judgeVet(reported, vet),
    ...(work.escalated.length > 0 ? judgeAudit(pullRequest, policy, grants) : []),
  ]
  if (findings.length > 0) return findings
  return [
    {
      question: 'may-merge',
      effect: 'pass',
      saw: `the head ${pullRequest.head}`,
      reason: 'a person reviewed it, its checks and vet are green, and its model calls are on record',
    },
  ]
}

const fail = (code: PolicyErrorCode, saw: string, reason: string, remedy: string): VerdictFinding => ({
  question: 'may-merge',
  effect: 'fail',
  code,
  saw,
  reason,
  remedy,
})

function judgeReview(pullRequest: PullRequestEvidence, policy: Policy): VerdictFinding[] {
  const { head } = pullRequest
  const counted = countedReviews(pullRequest, policy)
  const again = 'have a person who may write here and did not work on it review this head'
  const refusal = counted.find(({ review }) => review.state === 'CHANGES_REQUESTED')
  if (refusal) {
    return [
      fail('review_refused', `${refusal.person} asks for changes`, 'a refusal wins over approvals', again),
    ]
  }
  const approving = counted.filter(({ review }) => review.state === 'APPROVED')
  const enough =
    policy.document.merge.review === 'any'
      ? approving.filter(({ review }) => isOfThisBase(review, pullRequest))
      : headReviews(pullRequest, policy)
  if (enough.length > 0) return []
  const [older] = approving
  if (older && !isOfThisBase(older.review, pullRequest)) {
    const saw = `${older.person} reviewed it for another base branch`
    return [fail('review_stale', saw, `it was given the base ${pullRequest.baseBranch} since`, again)]
  }
  if (older) {
    return [
      fail('review_stale', `${older.person} reviewed ${older.review.commit}`, `the head is ${head}`, again),
    ]
  }
  return [fail('review_missing', 'no review that counts', `nobody else has reviewed ${head}`, again)]
}

/** The checks that the policy believes: of the apps it names, where it names some. */
function reportedChecks({ checks }: PullRequestEvidence, policy: Policy): Checks {
  const { checkApps } = policy.document.merge
  return checkApps === undefined ? checks : checks.filter(({ app }) => checkApps.some((id) => id === app))
}

type Checks = PullRequestEvidence['checks']

function judgeCheck(checks: Checks, name: string): VerdictFinding[] {
  const check = checkNamed(checks, name)
  const saw = `check ${JSON.stringify(name)}: ${check?.conclusion ?? 'none'}`
  if (check === undefined) {
    const reason = 'it did not run on the head, or no app reports it whose checks the policy takes'
    return [fail('check_missing', saw, reason, 'run it')]
  }
  if (check.conclusion === 'pending') return [fail('check_pending', saw, 'it has not ended', 'wait for it')]
  if (check.conclusion === 'success') return []
  const again = 'make it green; where several runs of the head report it, start the red one itself again'
  return [fail('check_failed', saw, 'it is not green', again)]
}

/**
 * The check of a name. Where several apps report it, or several runs of one, it is one that is not green: a newer run beside a red one
 * may be of another workflow, and whoever may write checks may write a green one.
 */
function checkNamed(checks: Checks, name: string) {
  const named = checks.filter((check) => check.name === name)
  return named.find(({ conclusion }) => conclusion !== 'success') ?? named[0]
}

function judgeVet(checks: Checks, name: string): VerdictFinding[] {
  const found = judgeCheck(checks, name)
  const conclusion = checkNamed(checks, name)?.conclusion
  // A vet that failed has found something; one that crashed, timed out or was cancelled has found nothing out.
  if (conclusion === undefined || ['success', 'failure', 'pending'].includes(conclusion)) return found
  return [
    {
      ...fail(
        'vet_failed',
        `the vet ${JSON.stringify(name)}: ${conclusion}`,
        'it came to no result',
        'run it again',
      ),
      effect: 'error',
    },
  ]
}
