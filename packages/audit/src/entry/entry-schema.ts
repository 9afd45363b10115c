import type { EventKind } from '@policy/core'
import { z } from 'zod'

const name = z.string().min(1)
const count = z.number().int().nonnegative()
// What a provider reports is recorded as it is.
const reported = z.number().int()
const when = z.iso.datetime()
const digest = z
  .templateLiteral(['sha256:', z.string().regex(/^[0-9a-f]{64}$/)])
  .describe('SHA-256 as 64 lower-case hexadecimal digits')
const paths = {
  'model_policy.paths': z
    .exactOptional(z.array(z.string()).readonly())
    .describe('Files and globs, relative to the repository, with /'),
  'model_policy.paths_cut': z
    .exactOptional(count)
    .describe('How many paths were left out because the line would have been too long'),
}
const basis = z
  .enum(['approval', 'threshold'])
  .describe('A person approved, or a trusted measurer found a threshold passed')
const grantId = name.describe('The jti of the grant; the token itself is in no entry')

const call = {
  'model_policy.call_id': name.describe('Names the logical call; joins its start and its end'),
  'model_policy.source': z
    .enum(['guard', 'gateway', 'reported'])
    .describe('Who saw it; `reported` is the agent itself'),
  'model_policy.audit': z.enum(['full', 'summary']),
  'gen_ai.agent.id': z.exactOptional(z.string()),
  'model_policy.persona': z.exactOptional(z.string()),
  'vcs.repository.url.full': z.exactOptional(z.string()),
  ...paths,
  'model_policy.task': z.exactOptional(z.string()),
  'model_policy.task_class': z.exactOptional(z.string()),
  'gen_ai.operation.name': name,
  'gen_ai.request.model': z.exactOptional(z.string()).describe('The model as asked for'),
  'model_policy.model': z.exactOptional(z.string()).describe("The provider's id that was sent"),
  'model_policy.model_class': z.exactOptional(z.string()),
  'model_policy.policy_digest': z
    .exactOptional(digest)
    .describe('Absent only where a report had no policy at hand'),
  'model_policy.enforcement': z
    .exactOptional(z.literal('observe'))
    .describe('Present when the policy only observes: the decision was not enforced'),
}

const promptHash = z
  .string()
  .regex(/^(sha256|hmac-sha256:[^:]+):[0-9a-f]{64}$/)
  .describe('Over the exact bytes of the request body; hmac-sha256 names its key')

const callStarted = z.strictObject({
  ...call,
  'model_policy.prompt_hash': promptHash,
  'model_policy.rationale': z.exactOptional(z.string()),
  'model_policy.decision': z.literal('allow'),
  'model_policy.rule': z.exactOptional(z.string()),
  'model_policy.grant.jti': z.exactOptional(grantId),
  'model_policy.approval.basis': z.exactOptional(basis),
  'model_policy.approval.by': z.exactOptional(z.string()),
  'model_policy.approval.uri': z.exactOptional(z.string()),
  'model_policy.escalation': z.exactOptional(digest),
})

const callFinished = z.strictObject({
  ...call,
  'model_policy.outcome': z.enum(['complete', 'error', 'cancelled', 'possibly-executed']),
  'http.response.status_code': z.exactOptional(count),
  'gen_ai.response.model': z.exactOptional(z.string()).describe('The model that answered'),
  'gen_ai.response.id': z.exactOptional(z.string()),
  'gen_ai.usage.input_tokens': z.exactOptional(reported),
  'gen_ai.usage.output_tokens': z.exactOptional(reported),
  'gen_ai.usage.cache_read.input_tokens': z.exactOptional(reported),
  'gen_ai.usage.reasoning.output_tokens': z.exactOptional(reported),
  'model_policy.usage_absent': z.exactOptional(
    z.enum(['not-requested', 'not-reported', 'cancelled', 'failed']),
  ),
  'model_policy.attempts': z.exactOptional(count),
  'model_policy.duration_ms': z.exactOptional(z.number().nonnegative()),
})

const callRefused = z.strictObject({
  ...call,
  'model_policy.decision': z.enum(['escalate', 'deny']),
  'model_policy.code': name,
  'model_policy.reason': z.string(),
  'model_policy.rule': z.exactOptional(z.string()),
  'model_policy.prompt_hash': z.exactOptional(promptHash),
})

const callSubstituted = z.strictObject({
  ...call,
  'gen_ai.response.model': z.string(),
  'gen_ai.response.id': z.exactOptional(z.string()),
  'model_policy.response_model_class': z.exactOptional(z.string()),
})

const usageCount = z.strictObject({
  persona: z.string(),
  taskClass: z.string(),
  model: z.string(),
  calls: count,
  inputTokens: count,
  outputTokens: count,
})

const usageSummary = z.strictObject({
  'model_policy.instance': name.describe('Names the recorder; its summaries are numbered'),
  'model_policy.source': z
    .exactOptional(z.literal('reported'))
    .describe('Present where the agent counted itself'),
  'model_policy.seq': count.describe('From 0; a missing number is a missing summary'),
  'model_policy.from': when,
  'model_policy.to': when.describe('Never past the midnight UTC that follows `from`'),
  'model_policy.counts': z.array(usageCount).readonly().describe('Additive; empty when nothing was called'),
  'model_policy.closed': z.boolean().describe("Whether it is the instance's last summary"),
})

const logOpened = z.strictObject({
  'model_policy.origin': name.describe("The log's name, as its checkpoints have it"),
  'model_policy.previous.size': z
    .exactOptional(count)
    .describe('Lines of the log that was rotated away when this one began'),
  'model_policy.previous.root': z.exactOptional(z.base64()).describe('The RFC 6962 root over those lines'),
})

const approval = z.strictObject({
  'model_policy.escalation': digest,
  'model_policy.escalation_id': z.exactOptional(z.string()),
  'gen_ai.agent.id': z.exactOptional(z.string()),
  'model_policy.persona': z.exactOptional(z.string()),
  'vcs.repository.url.full': z.exactOptional(z.string()),
  'model_policy.task': z.exactOptional(z.string()),
  'gen_ai.request.model': z.exactOptional(z.string()),
  ...paths,
  'model_policy.approval.by': z.exactOptional(z.string()),
  'model_policy.approval.basis': z.exactOptional(basis),
  'model_policy.approval.uri': z.exactOptional(z.string()),
  'model_policy.grant.jti': z.exactOptional(grantId),
  'model_policy.reason': z.exactOptional(z.string()),
  'model_policy.policy_digest': z.exactOptional(digest),
})

const revocation = z.strictObject({
  ...approval.shape,
  'model_policy.escalation': z.exactOptional(digest),
  'model_policy.revoked.key': z.exactOptional(name).describe('The key whose grants were withdrawn'),
  'model_policy.revoked.issued_before': z
    .exactOptional(when)
    .describe('Grants issued up to then were withdrawn'),
})

const tool = z.strictObject({
  'model_policy.call_id': name,
  'gen_ai.agent.id': z.exactOptional(z.string()),
  'model_policy.task': z.exactOptional(z.string()),
  'gen_ai.tool.name': name,
  'model_policy.effect': z.enum(['read', 'shell', 'write', 'productionWrite']),
  'model_policy.grant.jti': z.exactOptional(grantId),
  'model_policy.code': z.exactOptional(z.string()),
  'model_policy.reason': z.exactOptional(z.string()),
  'model_policy.act': z.exactOptional(digest),
  'model_policy.escalation': z.exactOptional(digest),
  'model_policy.policy_digest': z.exactOptional(digest),
  'model_policy.outcome': z.exactOptional(z.enum(['complete', 'error', 'stopped', 'not-started'])),
  'process.executable.path': z.exactOptional(z.string()),
  'process.exit.code': z.exactOptional(z.number().int()),
})

const abouts: Record<EventKind, string> = {
  'log.opened': 'The log begins; its first line.',
  'call.started': 'A call audited in full is about to leave.',
  'call.finished': 'A call has ended, one way or another.',
  'call.refused': 'A call was refused; nothing left.',
  'call.substituted': 'The provider answered with a model of another class than the one asked for.',
  'usage.summary': 'Counts of the calls that are recorded as a summary.',
  'escalation.requested': 'An escalation was put before people.',
  'approval.granted': 'An escalation was approved and a grant minted.',
  'approval.declined': 'An escalation was declined.',
  'grant.revoked': 'Grants were withdrawn.',
  'tool.authorized': 'A command or a write goes ahead under an authorization, or has ended.',
  'tool.refused': 'A command or a write was refused.',
}

/** The `data` of each kind of entry: unknown keys are refused, so that nothing is recorded by accident. */
export const entryData = {
  'log.opened': logOpened,
  'call.started': callStarted,
  'call.finished': callFinished,
  'call.refused': callRefused,
  'call.substituted': callSubstituted,
  'usage.summary': usageSummary,
  'escalation.requested': approval,
  'approval.granted': approval,
  'approval.declined': approval,
  'grant.revoked': revocation,
  'tool.authorized': tool,
  'tool.refused': tool,
} as const satisfies Record<EventKind, z.ZodType>

/** The schema of one kind of entry: a CloudEvents 1.0 event whose `data` has this form. */
export function entrySchema<Kind extends EventKind>(kind: Kind) {
  return z
    .strictObject({
      specversion: z.literal('1.0'),
      id: z.uuidv7(),
      source: name.describe('What recorded it, such as urn:model-policy:<instance>'),
      type: z.literal(`dev.modelpolicy.${kind}.v1`),
      time: when,
      subject: z.exactOptional(name),
      data: entryData[kind],
    })
    .meta({ title: `dev.modelpolicy.${kind}.v1`, description: abouts[kind] })
}
