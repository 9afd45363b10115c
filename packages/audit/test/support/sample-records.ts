import type { AuditRecord, CallAttributes, Digest } from '@policy/core'

export const escalation: Digest = `sha256:${'e'.repeat(64)}`

const call: CallAttributes = {
  'model_policy.call_id': '0197a1b2-0000-7000-8000-000000000001',
  'model_policy.source': 'guard',
  'model_policy.audit': 'full',
  'gen_ai.agent.id': 'agent:refactor-bot',
  'model_policy.persona': 'developer',
  'vcs.repository.url.full': 'github.com/acme/app',
  'model_policy.paths': ['src/auth/**', 'src/session/**'],
  'model_policy.task': 'ISSUE-12',
  'model_policy.task_class': 'refactor',
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'gpt-codex-5.3',
  'model_policy.model': 'gpt-5.3-codex',
  'model_policy.model_class': 'codex',
  'model_policy.policy_digest': `sha256:${'a'.repeat(64)}`,
}

const approval = {
  'model_policy.escalation': escalation,
  'model_policy.escalation_id': 'esc_01JD0000000000000000000000',
  'gen_ai.agent.id': 'agent:refactor-bot',
  'model_policy.persona': 'developer',
  'vcs.repository.url.full': 'github.com/acme/app',
  'model_policy.task': 'ISSUE-12',
  'gen_ai.request.model': 'gpt-5.3-codex',
  'model_policy.policy_digest': `sha256:${'a'.repeat(64)}`,
} as const

const tool = {
  'model_policy.call_id': '0197a1b2-0000-7000-8000-000000000002',
  'gen_ai.agent.id': 'agent:refactor-bot',
  'model_policy.task': 'ISSUE-12',
  'gen_ai.tool.name': 'shell',
  'model_policy.effect': 'shell',
} as const

const jti = 'h9wQ5cX1mB2vN7zL4kJ6tR8yU0iO3pAsDfGhJkLqWeE'

/** One record of every kind but the log's own, in the order of one escalation's story. */
export const sampleRecords: readonly AuditRecord[] = [
  {
    kind: 'call.refused',
    subject: 'ISSUE-12',
    data: {
      ...call,
      'model_policy.decision': 'escalate',
      'model_policy.code': 'grant_required',
      'model_policy.reason': 'gpt-5.3-codex runs only under a grant.',
    },
  },
  { kind: 'escalation.requested', subject: 'ISSUE-12', data: approval },
  {
    kind: 'approval.declined',
    subject: 'ISSUE-12',
    data: {
      ...approval,
      'model_policy.approval.by': 'github:1234567',
      'model_policy.reason': 'Not while the release is open: naïve ☃',
    },
  },
  {
    kind: 'approval.granted',
    subject: 'ISSUE-12',
    data: {
      ...approval,
      'model_policy.approval.by': 'github:1234567',
      'model_policy.approval.basis': 'approval',
      'model_policy.approval.uri': 'https://github.example/acme/app/pull/9#issuecomment-1',
      'model_policy.grant.jti': jti,
    },
  },
  {
    kind: 'call.started',
    subject: 'ISSUE-12',
    data: {
      ...call,
      'model_policy.prompt_hash': `sha256:${'b'.repeat(64)}`,
      'model_policy.rationale': 'Split the session store out of the auth module',
      'model_policy.decision': 'allow',
      'model_policy.grant.jti': jti,
      'model_policy.approval.basis': 'approval',
      'model_policy.approval.by': 'github:1234567',
      'model_policy.approval.uri': 'https://github.example/acme/app/pull/9#issuecomment-1',
      'model_policy.escalation': escalation,
    },
  },
  {
    kind: 'call.finished',
    subject: 'ISSUE-12',
    data: {
      ...call,
      'model_policy.outcome': 'complete',
      'http.response.status_code': 200,
      'gen_ai.response.model': 'gpt-5.3-codex',
      'gen_ai.response.id': 'resp_1',
      'gen_ai.usage.input_tokens': 42000,
      'gen_ai.usage.output_tokens': 3100,
      'model_policy.attempts': 1,
      'model_policy.duration_ms': 8123,
    },
  },
  {
    kind: 'call.substituted',
    subject: 'ISSUE-12',
    data: { ...call, 'gen_ai.response.model': 'gpt-5-mini', 'model_policy.response_model_class': 'standard' },
  },
  {
    kind: 'tool.authorized',
    subject: 'ISSUE-12',
    data: { ...tool, 'model_policy.grant.jti': jti, 'process.exit.code': 0 },
  },
  {
    kind: 'tool.refused',
    subject: 'ISSUE-12',
    data: {
      ...tool,
      'model_policy.code': 'grant_required',
      'model_policy.reason': 'A shell command runs only under a grant.',
    },
  },
  { kind: 'grant.revoked', subject: 'ISSUE-12', data: { ...approval, 'model_policy.grant.jti': jti } },
]
