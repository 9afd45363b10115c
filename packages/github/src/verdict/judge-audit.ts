import { type AuditEvent, classifyModel, type Policy, type PolicyErrorCode } from '@policy/core'
import type { PullRequestEvidence } from '../evidence/pull-request-evidence.ts'
import type { StandingGrant } from './run-judgement.ts'
import type { VerdictFinding } from './verdict.ts'

/**
 * Judge the evidence of an escalation: calls are on record, and each ran under a grant that stands, in its time, on a model that it names,
 * and, of those on record, no more than it permits; one at least is of the model that was asked for. Pure.
 */
export function judgeAudit(
  { audit, escalation }: PullRequestEvidence,
  policy: Policy,
  grants: readonly StandingGrant[],
): VerdictFinding[] {
  if (escalation.type !== 'read') return []
  const file = `.model-policy/evidence/${escalation.escalation.id}.json`
  if (audit.type === 'missing')
    return fail('evidence_missing', `no ${file}`, 'nothing shows which calls were made')
  if (audit.type === 'refused') return fail(audit.code, file, audit.reason)
  const started = audit.events.filter(isStarted)
  if (started.length === 0) return fail('evidence_missing', file, 'it shows no call of a model')
  if (started.some(({ data }) => data['model_policy.escalation'] !== escalation.digest)) {
    return fail('evidence_foreign', file, 'a call ran for another escalation, or for none')
  }
  // Where no grant stands, that is what fails, and nothing says what was permitted.
  if (grants.length === 0) return []
  for (const { data, time, id } of started) {
    const grant = grants.find(({ jti }) => jti === data['model_policy.grant.jti'])
    if (grant === undefined) {
      return fail(
        'evidence_foreign',
        `entry ${id}`,
        'the call ran under a grant that is not the one approved here',
      )
    }
    const seconds = Date.parse(time) / 1000
    if (!(grant.nbf - 5 <= seconds && seconds < grant.exp)) {
      return fail('grant_expired', `entry ${id}, ${time}`, 'the call ran outside the time of its grant')
    }
    const ran = [
      data['model_policy.model'] ?? data['gen_ai.request.model'] ?? '',
      ...answeredBy(audit.events, data['model_policy.call_id']),
    ]
    const stray = ran.find((model) => !permits(grant, model, policy))
    if (stray !== undefined) {
      const reason = 'the grant of the call is not for this model'
      return fail('grant_model', `entry ${id}: ${JSON.stringify(stray)}`, reason, escalate)
    }
  }
  if (!started.some((call) => isOfGrant(call, grants, policy))) {
    return fail('evidence_missing', file, 'it shows no call of the model that was asked for')
  }
  for (const {
    jti,
    authorization_details: [{ max_calls: most }],
  } of grants) {
    const calls = started.filter(({ data }) => data['model_policy.grant.jti'] === jti)
    const { size } = new Set(calls.map(({ data }) => data['model_policy.call_id']))
    if (size > most) {
      const reason = `${size} calls ran under it, and it permits ${most}`
      return fail('grant_spent', `grant ${jti}`, reason, escalate)
    }
  }
  return []
}

const escalate = 'escalate for what ran: model-policy escalate'

/** Whether a call was allowed, and of a model that its grant names: one of an open model shows nothing of the gated one. */
function isOfGrant(
  { data }: AuditEvent<'call.started'>,
  grants: readonly StandingGrant[],
  policy: Policy,
): boolean {
  const detail = grants.find(({ jti }) => jti === data['model_policy.grant.jti'])?.authorization_details[0]
  const { access, id } = classifyModel(
    policy,
    data['model_policy.model'] ?? data['gen_ai.request.model'] ?? '',
  )
  return (
    data['model_policy.decision'] === 'allow' &&
    access === 'grant' &&
    detail?.type === 'model_call' &&
    detail.models.includes(id)
  )
}

/** Whether a model may run under a grant, or needs none. */
function permits({ authorization_details: [detail] }: StandingGrant, name: string, policy: Policy): boolean {
  const { access, id } = classifyModel(policy, name)
  return (
    access === 'open' || (access === 'grant' && detail.type === 'model_call' && detail.models.includes(id))
  )
}

/** The models of another class that answered a call in the place of the one it asked for. */
const answeredBy = (events: readonly AuditEvent[], call: string): string[] =>
  events.flatMap((event) =>
    isSubstituted(event) && event.data['model_policy.call_id'] === call
      ? [event.data['gen_ai.response.model']]
      : [],
  )

const isStarted = (event: AuditEvent): event is AuditEvent<'call.started'> =>
  event.type === 'dev.modelpolicy.call.started.v1'

const isSubstituted = (event: AuditEvent): event is AuditEvent<'call.substituted'> =>
  event.type === 'dev.modelpolicy.call.substituted.v1'

const fail = (
  code: PolicyErrorCode,
  saw: string,
  reason: string,
  remedy = 'seal the log and commit what `model-policy audit evidence` writes',
): VerdictFinding[] => [{ question: 'may-merge', effect: 'fail', code, saw, reason, remedy }]
