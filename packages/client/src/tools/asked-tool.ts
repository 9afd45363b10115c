import {
  type Act,
  type Authorization,
  authorize,
  type CallContext,
  commandLine,
  findAuthorization,
  type FindAuthorizationOptions,
  PolicyError,
  type ToolAttributes,
  toolRefused,
  underGrant,
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

/** Spend a grant for what is asked; gives what the log's entries say of it, or the refusal, recorded. */
export async function spendAuthorization(
  asked: AskedTool,
): Promise<{ about: ToolAttributes } | { refusal: PolicyError }> {
  const { act, context, state, about } = asked
  if (act === undefined) return { about }
  const answer = await authorize(act, context, {
    ...(await authorityOf(state)),
    callId: about['model_policy.call_id'],
  })
  return answer.type === 'refused'
    ? { refusal: await recordRefusal(answer, asked, act) }
    : { about: underGrant(about, answer.grant) }
}

/** The refusal that spending would end with now, recorded; nothing is spent. */
export async function findRefusal(asked: AskedTool): Promise<PolicyError | undefined> {
  const { act, context, state } = asked
  if (act === undefined) return undefined
  const answer = await findAuthorization(act, context, await authorityOf(state))
  return answer.type === 'refused' ? recordRefusal(answer, asked, act) : undefined
}

/** What an authorization is looked for with, at this moment. */
async function authorityOf(state: AskedTool['state']): Promise<FindAuthorizationOptions> {
  const { tokens, ...options } = state.askOptions()
  return { ...options, ledger: state.ledger, tokens: await tokens() }
}

async function recordRefusal(
  refused: Extract<Authorization, { type: 'refused' }>,
  { state, about }: AskedTool,
  act: Act,
): Promise<PolicyError> {
  await state.audit.record(toolRefused(about, refused))
  const { code, reason } = refused
  return new PolicyError(code, `the tool ${about['gen_ai.tool.name']} did not run: ${reason}`, {
    remedy:
      act.type === 'command'
        ? `ask a person: model-policy escalate -- ${commandLine(act.command)}`
        : `ask a person: model-policy escalate --write ${commandLine([act.target])}`,
  })
}
