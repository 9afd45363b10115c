import type { Escalation } from '../escalation/escalation.ts'
import type { Digest } from '../hash/digest.ts'
import type { ApprovalAttributes } from './event.ts'

/** What every entry about an escalation says of it; who answered and how is added by who records the answer. */
export function approvalAttributes(asked: { escalation: Escalation; digest: Digest }): ApprovalAttributes {
  const { escalation, digest } = asked
  const { request } = escalation
  return {
    'model_policy.escalation': digest,
    'model_policy.escalation_id': escalation.id,
    'gen_ai.agent.id': escalation.agent,
    'model_policy.persona': escalation.persona,
    'vcs.repository.url.full': escalation.repo,
    'model_policy.task': escalation.task,
    ...('model' in request && { 'gen_ai.request.model': request.model }),
    'model_policy.paths': escalation.paths,
    'model_policy.policy_digest': escalation.policy,
  }
}
