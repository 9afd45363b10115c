import type { AuditEvent, PolicyErrorCode } from '@policy/core'
import type { PullRequestEvidence } from '../evidence/pull-request-evidence.ts'
import type { StandingGrant } from './run-judgement.ts'
import type { VerdictFinding } from './verdict.ts'

/** Judge the evidence of an escalation: calls are on record, and each ran under a grant that stands. Pure. */
export function judgeAudit(
  { audit, escalation }: PullRequestEvidence,
  grants: readonly StandingGrant[],
): VerdictFinding[] {
  if (escalation.type !== 'read') return []
  const file = `.model-policy/evidence/${escalation.escalation.id}.json`
  if (audit.type === 'missing')
    return fail('evidence_missing', `no ${file}`, 'nothing shows which calls were made')
  if (audit.type === 'refused') return fail(audit.code, file, audit.reason)
  const started = audit.events.filter(isStarted)
  if (started.length === 0) return fail('evidence_missing', file, 'it shows no call of a model')
  for (const { data, time, id } of started) {
    if (data['model_policy.escalation'] !== escalation.digest) {
      return fail('evidence_foreign', `entry ${id}`, 'the call ran for another escalation, or for none')
    }
    const grant = grants.find(({ jti }) => jti === data['model_policy.grant.jti'])
    if (grants.length > 0 && grant === undefined) {
      return fail(
        'evidence_foreign',
        `entry ${id}`,
        'the call ran under a grant that is not the one approved here',
      )
    }
    if (grant && !(grant.nbf - 5 <= Date.parse(time) / 1000 && Date.parse(time) / 1000 < grant.exp)) {
      return fail('grant_expired', `entry ${id}, ${time}`, 'the call ran outside the time of its grant')
    }
  }
  return []
}

const isStarted = (event: AuditEvent): event is AuditEvent<'call.started'> =>
  event.type === 'dev.modelpolicy.call.started.v1'

const fail = (code: PolicyErrorCode, saw: string, reason: string): VerdictFinding[] => [
  {
    question: 'may-merge',
    effect: 'fail',
    code,
    saw,
    reason,
    remedy: 'seal the log and commit what `model-policy audit evidence` writes',
  },
]
