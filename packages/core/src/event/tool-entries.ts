import { type Act, actDigest } from '../authorization/act.ts'
import type { CallContext } from '../call/call-context.ts'
import type { PolicyErrorCode } from '../errors/codes.ts'
import type { VerifiedGrant } from '../grant/grant.ts'
import type { Policy } from '../policy/policy.ts'
import type { AuditRecord, ToolAttributes } from './event.ts'
import { loggedText } from './logged-text.ts'

/** What every entry of one tool or command says. */
export interface ToolAttributesOptions {
  /** One run. */
  callId: string
  /** The tool, as the model or the command line names it. */
  name: string
  effect: ToolAttributes['model_policy.effect']
  /** What needs an authorization, where something does. */
  act: Act | undefined
  context: CallContext
  policy: Policy
}

/** The attributes that every entry of one tool or command has. */
export function toolAttributes(options: ToolAttributesOptions): ToolAttributes {
  const { callId, name, effect, act, context, policy } = options
  return {
    'model_policy.call_id': callId,
    'gen_ai.tool.name': loggedText(name),
    'model_policy.effect': effect,
    'model_policy.policy_digest': policy.digest,
    ...(act === undefined ? {} : { 'model_policy.act': actDigest(act) }),
    ...(context.agent === undefined ? {} : { 'gen_ai.agent.id': loggedText(context.agent) }),
    ...(context.task === undefined ? {} : { 'model_policy.task': loggedText(context.task) }),
  }
}

/** The same with the grant that was spent on it. */
export function underGrant(about: ToolAttributes, { jti, approval }: VerifiedGrant): ToolAttributes {
  return { ...about, 'model_policy.grant.jti': jti, 'model_policy.escalation': approval.escalation }
}

/** The entry of a tool or command that did not run. */
export function toolRefused(
  about: ToolAttributes,
  { code, reason }: { code: PolicyErrorCode; reason: string },
): AuditRecord {
  return {
    kind: 'tool.refused',
    data: { ...about, 'model_policy.code': code, 'model_policy.reason': loggedText(reason) },
  }
}
