import type { Policy } from '@policy/core'
import type { Evidence } from '../evidence/evidence.ts'
import { collectMergeGroup } from './collect-merge-group.ts'
import type { CollectEvidenceOptions } from './collect-options.ts'
import { collectPullRequest } from './collect-pull-request.ts'

/** Evidence, with the policy of the base branch that it is to be judged by. */
export interface CollectedEvidence {
  evidence: Evidence
  policy: Policy
}

/**
 * Collect the evidence for a verdict: complete, or an error. Where there is more than one, each has to be good.
 *
 * @throws `github_failed`, `github_incomplete`, `history_incomplete`, and what reading the base's policy and keys throws.
 */
export async function collectEvidence(options: CollectEvidenceOptions): Promise<CollectedEvidence[]> {
  const { subject } = options
  switch (subject.type) {
    case 'pull-request': {
      const { pullRequest, rules } = await collectPullRequest(options, subject.number)
      return [{ evidence: { type: 'pull-request', pullRequest }, policy: rules.policy }]
    }
    case 'merge-group':
      return collectMergeGroup(options, subject)
  }
}
