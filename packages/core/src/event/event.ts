import type { Digest } from '../hash/digest.ts'

/** Every kind of event; on the wire `dev.modelpolicy.<kind>.v1`. */
export type EventKind =
  | 'log.opened'
  | 'call.started'
  | 'call.finished'
  | 'call.refused'
  | 'call.substituted'
  | 'usage.summary'
  | 'escalation.requested'
  | 'approval.granted'
  | 'approval.declined'
  | 'grant.revoked'
  | 'tool.authorized'
  | 'tool.refused'

/** A CloudEvents `type` of ours. */
export type EventType<Kind extends EventKind = EventKind> = `dev.modelpolicy.${Kind}.v1`

/** Who saw what happened: the guard in process, the gateway, or a report by the agent itself. */
export type EventSource = 'guard' | 'gateway' | 'reported'

/** Who, where and for what: the part every entry about a call has. Keys are OpenTelemetry's where one exists. */
export interface CallAttributes {
  /** One logical call; its retries have the same. */
  'model_policy.call_id': string
  /** Who saw it. */
  'model_policy.source': EventSource
  /** How the class of the model is recorded. */
  'model_policy.audit': 'full' | 'summary'
  /** Who acts, such as `agent:refactor-bot`. */
  'gen_ai.agent.id'?: string
  /** The role it acts in. */
  'model_policy.persona'?: string
  /** The repository's id, such as `github.com/acme/app`. */
  'vcs.repository.url.full'?: string
  /** Files or globs that the work touches. */
  'model_policy.paths'?: readonly string[]
  /** How many paths were left out because there were too many. */
  'model_policy.paths_cut'?: number
  /** The piece of work, such as `ISSUE-12`. */
  'model_policy.task'?: string
  /** The kind of work, as claimed. */
  'model_policy.task_class'?: string
  /** What was asked of the model, in OpenTelemetry's words, such as `chat`. */
  'gen_ai.operation.name': string
  /** As asked for. */
  'gen_ai.request.model'?: string
  /** The provider's id that was sent. */
  'model_policy.model'?: string
  /** Absent when no class of the policy holds the model. */
  'model_policy.model_class'?: string
  /** Absent only where a report had no policy at hand. */
  'model_policy.policy_digest'?: Digest
  /** Present when the policy only observes: the decision was recorded, not enforced. */
  'model_policy.enforcement'?: 'observe'
}

/** A call audited in full is about to leave. */
export interface CallStarted extends CallAttributes {
  /** `sha256:…` or `hmac-sha256:<key id>:…` over the exact request body bytes. */
  'model_policy.prompt_hash': string
  /** Why the call was needed, as claimed. */
  'model_policy.rationale'?: string
  'model_policy.decision': 'allow'
  /** The rule that said so; absent where the class itself did. */
  'model_policy.rule'?: string
  /** The grant it was spent on. */
  'model_policy.grant.jti'?: string
  /** A person's yes, or a threshold that a measurer saw crossed. */
  'model_policy.approval.basis'?: 'approval' | 'threshold'
  /** Who approved, such as `github:1234567`. */
  'model_policy.approval.by'?: string
  /** Where the approval can be looked at. */
  'model_policy.approval.uri'?: string
  /** Digest of what was asked. */
  'model_policy.escalation'?: Digest
}

/** A call has ended, one way or another. */
export interface CallFinished extends CallAttributes {
  /** `possibly-executed`: the connection broke, or the answer could not be watched: nobody knows whether the provider ran it to the end. */
  'model_policy.outcome': 'complete' | 'error' | 'cancelled' | 'possibly-executed'
  /** Absent when no answer came. */
  'http.response.status_code'?: number
  /** The model that the provider says it ran. */
  'gen_ai.response.model'?: string
  /** The provider's id of its answer. */
  'gen_ai.response.id'?: string
  /** As the provider reports it, cached ones included. */
  'gen_ai.usage.input_tokens'?: number
  /** As the provider reports it, those of reasoning included. */
  'gen_ai.usage.output_tokens'?: number
  /** How many of the input tokens came from a cache. */
  'gen_ai.usage.cache_read.input_tokens'?: number
  /** How many of the output tokens went into reasoning. */
  'gen_ai.usage.reasoning.output_tokens'?: number
  /** Why there is no usage, when there is none. */
  'model_policy.usage_absent'?: 'not-requested' | 'not-reported' | 'cancelled' | 'failed'
  /** Absent in a report, like the duration. */
  'model_policy.attempts'?: number
  /** Milliseconds from the first byte out to the end. */
  'model_policy.duration_ms'?: number
}

/** A call was refused; nothing left. */
export interface CallRefused extends CallAttributes {
  /** `escalate` where a grant would change the answer. */
  'model_policy.decision': 'escalate' | 'deny'
  /** The stable code of the refusal. */
  'model_policy.code': string
  /** For people: the facts that led to it. */
  'model_policy.reason': string
  /** The rule that said so; absent where no rule did. */
  'model_policy.rule'?: string
  /** As in the entry of a start; absent where the body could not be read. */
  'model_policy.prompt_hash'?: string
}

/** The provider answered with a model of another class than the one the decision was about. */
export interface CallSubstituted extends CallAttributes {
  /** The model that the provider says it ran. */
  'gen_ai.response.model': string
  /** The provider's id of its answer. */
  'gen_ai.response.id'?: string
  /** The class of the model that answered; absent when no class of the policy holds it. */
  'model_policy.response_model_class'?: string
}

/** Calls of one kind within a summary's span. */
export interface UsageCount {
  /** The role the calls were made in, as the policy names it, else `other`; `unspecified` where none was given. */
  persona: string
  /** The kind of work, as the policy names it, else `other`; `unspecified` where none was given. */
  taskClass: string
  /** The provider's id, where the policy lists it. */
  model: string
  /** How many calls ended. */
  calls: number
  /** Their input tokens, where the provider reported them. */
  inputTokens: number
  /** Their output tokens, where the provider reported them. */
  outputTokens: number
}

/** Counts of the calls that are recorded as a summary; additive across instances and sequence numbers. */
export interface UsageSummary {
  /** The process or the report that counted. */
  'model_policy.instance': string
  /** `reported` where the agent counted itself; else absent. */
  'model_policy.source'?: 'reported'
  /** Counts the summaries of one instance. */
  'model_policy.seq': number
  /** RFC 3339 UTC; a span never crosses midnight UTC. */
  'model_policy.from': string
  /** RFC 3339 UTC. */
  'model_policy.to': string
  /** One for each persona, kind of work and model. */
  'model_policy.counts': readonly UsageCount[]
  /** Whether this is the instance's last summary. */
  'model_policy.closed': boolean
}

/** The log begins; always its first line. */
export interface LogOpened {
  /** The log's origin, as its checkpoints name it. */
  'model_policy.origin': string
  /** How many lines the log that was rotated away had when this one began; absent in a first log. */
  'model_policy.previous.size'?: number
  /** The RFC 6962 root over those lines, in base64; absent in a first log. */
  'model_policy.previous.root'?: string
}

/** An escalation was put before people, or answered. */
export interface ApprovalAttributes {
  /** Digest of what was asked. */
  'model_policy.escalation': Digest
  /** The escalation's id, such as `esc_01J…`. */
  'model_policy.escalation_id'?: string
  /** Who asked. */
  'gen_ai.agent.id'?: string
  /** The role it acts in. */
  'model_policy.persona'?: string
  /** The repository's id, such as `github.com/acme/app`. */
  'vcs.repository.url.full'?: string
  /** The piece of work, such as `ISSUE-12`. */
  'model_policy.task'?: string
  /** The provider's id of the model that was asked for; absent for a command or a write. */
  'gen_ai.request.model'?: string
  /** Globs of the files that the work may touch. */
  'model_policy.paths'?: readonly string[]
  /** How many paths were left out because there were too many. */
  'model_policy.paths_cut'?: number
  /** Who answered, such as `github:1234567`. */
  'model_policy.approval.by'?: string
  /** A person's yes, or a threshold that a measurer saw crossed. */
  'model_policy.approval.basis'?: 'approval' | 'threshold'
  /** Where the answer can be looked at. */
  'model_policy.approval.uri'?: string
  /** The id of the grant that the answer minted. */
  'model_policy.grant.jti'?: string
  /** Why it was declined. */
  'model_policy.reason'?: string
  /** The policy under which it was asked. */
  'model_policy.policy_digest'?: Digest
}

/** Grants were withdrawn: one, all that answer one escalation, all that one key signed, or all that were issued up to a time. */
export interface RevocationAttributes extends Partial<ApprovalAttributes> {
  /** Thumbprint of the key whose grants were withdrawn. */
  'model_policy.revoked.key'?: string
  /** RFC 3339; grants issued up to then were withdrawn. */
  'model_policy.revoked.issued_before'?: string
}

/**
 * A command or a write under authorization: one entry before it runs, one with `model_policy.outcome` when it has ended, both with one
 * call id.
 */
export interface ToolAttributes {
  /** One command or write. */
  'model_policy.call_id': string
  /** Who acts. */
  'gen_ai.agent.id'?: string
  /** The piece of work. */
  'model_policy.task'?: string
  /** The tool, as the model or the command line names it. */
  'gen_ai.tool.name': string
  /** What it does to the world. */
  'model_policy.effect': 'read' | 'shell' | 'write' | 'productionWrite'
  /** The grant it was spent on. */
  'model_policy.grant.jti'?: string
  /** The stable code of a refusal. */
  'model_policy.code'?: string
  /** For people: why it was refused. */
  'model_policy.reason'?: string
  /** SHA-256 over RFC 8785 of the command with its folder and variables, or of the target. */
  'model_policy.act'?: Digest
  /** The escalation that a person approved. */
  'model_policy.escalation'?: Digest
  /** The policy it was decided under. */
  'model_policy.policy_digest'?: Digest
  /** How it ended; only in the second entry. */
  'model_policy.outcome'?: 'complete' | 'error' | 'stopped' | 'not-started'
  /** The program that ran, as found on this machine. */
  'process.executable.path'?: string
  /** The program's own; absent when a signal ended it. */
  'process.exit.code'?: number
}

/** The `data` of each kind of event. */
export interface EventData {
  'log.opened': LogOpened
  'call.started': CallStarted
  'call.finished': CallFinished
  'call.refused': CallRefused
  'call.substituted': CallSubstituted
  'usage.summary': UsageSummary
  'escalation.requested': ApprovalAttributes
  'approval.granted': ApprovalAttributes
  'approval.declined': ApprovalAttributes
  'grant.revoked': RevocationAttributes
  'tool.authorized': ToolAttributes
  'tool.refused': ToolAttributes
}

/** Something that happened, before the log stamps it with id, time and source. */
export type AuditRecord = {
  [Kind in EventKind]: { kind: Kind; subject?: string; data: EventData[Kind] }
}[EventKind]

/** A CloudEvents 1.0 event: one line of the audit log. */
export interface AuditEvent<Kind extends EventKind = EventKind> {
  specversion: '1.0'
  /** UUIDv7. */
  id: string
  /** URI of what recorded it, such as `urn:model-policy:<instance>`. */
  source: string
  /** Which kind of event it is, and the version of its form. */
  type: EventType<Kind>
  /** RFC 3339 UTC with milliseconds. */
  time: string
  /** What it is about, such as a call id. */
  subject?: string
  /** The facts. */
  data: EventData[Kind]
}
