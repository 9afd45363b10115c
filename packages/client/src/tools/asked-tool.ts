import {
  type Act,
  type Authorization,
  authorize,
  type CallContext,
  commandLine,
  findAuthorization,
  loggedText,
  PolicyError,
  type ToolAttributes,
} from '@policy/core'
import type { ToolGuard } from './tool-guard.ts'

/** One asking for a tool. */
export interface AskedTool {
  /** What needs an authorization, where something does. */
  act: Act | undefined
  context: CallContext
  state: ToolGuard['state']
  about: ToolAttributes
}

/** Spend a grant for what is asked; gives what the log's entry says of it, or the refusal, recorded. */
export async function spendAuthorization(
  asked: AskedTool,
): Promise<{ attributes: Partial<ToolAttributes> } | { refusal: PolicyError }> {
  const { act, context, state, about } = asked
  if (act === undefined) return { attributes: {} }
  const answer = await authorize(act, context, {
    ...(await authorityOf(state)),
    callId: about['model_policy.call_id'],
  })
  if (answer.type === 'refused') return { refusal: await recordRefusal(answer, asked, act) }
  const { jti, approval } = answer.grant
  return { attributes: { 'model_policy.grant.jti': jti, 'model_policy.escalation': approval.escalation } }
}

/** The refusal that spending would end with now, recorded; nothing is spent. */
export async function findRefusal(asked: AskedTool): Promise<PolicyError | undefined> {
  const { act, context, state } = asked
  if (act === undefined) return undefined
  const answer = await findAuthorization(act, context, await authorityOf(state))
  return answer.type === 'refused' ? recordRefusal(answer, asked, act) : undefined
}

/** What an authorization is looked for with, at this moment. */
async function authorityOf(state: AskedTool['state']) {
  const { tokens, ...options } = state.askOptions()
  return { ...options, ledger: state.ledger, tokens: await tokens() }
}

async function recordRefusal(
  { code, reason }: Extract<Authorization, { type: 'refused' }>,
  { state, about }: AskedTool,
  act: Act,
): Promise<PolicyError> {
  await state.audit.record({
    kind: 'tool.refused',
    data: { ...about, 'model_policy.code': code, 'model_policy.reason': loggedText(reason) },
  })
  return new PolicyError(code, `the tool ${about['gen_ai.tool.name']} did not run: ${reason}`, {
    remedy:
      act.type === 'command'
        ? `ask a person: model-policy escalate -- ${commandLine(act.command)}`
        : `ask a person: model-policy escalate --write ${commandLine([act.target])}`,
  })
}
