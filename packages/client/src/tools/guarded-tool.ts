import {
  type Act,
  actDigest,
  authorize,
  type CallContext,
  type CommandAct,
  commandLine,
  PolicyError,
  type ToolAttributes,
} from '@policy/core'
import type { GuardState } from '../guard/guard-state.ts'

/** What a tool does to the world, and for what needs an authorization each time: which command, or which target. */
export type ToolOptions<Input> =
  | { effect: 'read'; context?: CallContext }
  | { effect: 'write'; context?: CallContext }
  | {
      effect: 'shell'
      /** The command that `input` asks for: program and arguments, never a string that a shell would read again. */
      command: (input: Input) => readonly string[] | ToolCommand
      context?: CallContext
    }
  | {
      effect: 'productionWrite'
      /** What `input` asks to write to, such as a URL, `db:prod/users`, a bucket or a branch. */
      target: (input: Input) => string
      context?: CallContext
    }

/** A command where folder or variables matter. */
export interface ToolCommand
  extends Pick<CommandAct, 'command'>, Partial<Pick<CommandAct, 'cwd' | 'environment'>> {}

/** A tool under guard: the same function, which rejects with a `PolicyError` instead of running what nobody authorized. */
export type GuardedTool<Input, Rest extends unknown[], Result> = (
  input: Input,
  ...rest: Rest
) => Promise<Result>

/** The guard's parts that tools need. */
export interface ToolGuard {
  state: Pick<GuardState, 'policy' | 'ledger' | 'audit' | 'randomId' | 'askOptions' | 'measure' | 'closed'>
  contextOf: () => CallContext
}

/**
 * Put one of an application's own tools under guard.
 *
 * `read` runs. `write` runs and is recorded. `shell` and `productionWrite` run only under a grant for exactly that command or target, which
 * is spent before the tool starts, and are recorded before and after. The tool is handed a copy of its input made before anything
 * was decided, so that nobody changes it between the decision and the run.
 */
export function guardedTool<Input, Rest extends unknown[], Result>(
  name: string,
  run: (input: Input, ...rest: Rest) => Result | Promise<Result>,
  options: ToolOptions<Input>,
  guard: ToolGuard,
): GuardedTool<Input, Rest, Result> {
  return async function guarded(given, ...rest) {
    const { state } = guard
    if (state.closed)
      throw new PolicyError('guard_closed', 'the guard is closed', { remedy: 'Make a new guard.' })
    if (options.effect === 'read') return await run(given, ...rest)
    const input = structuredClone(given)
    const context = await measured(state, guard.contextOf())
    const act = actOf(input, options)
    const about = attributesOf(name, options.effect, context, state, act)
    const under = act === undefined ? about : { ...about, ...(await authorized(act, about, context, state)) }
    await state.audit.record({ kind: 'tool.authorized', data: under })
    const end = (outcome: 'complete' | 'error') =>
      state.audit.record({ kind: 'tool.authorized', data: { ...under, 'model_policy.outcome': outcome } })
    let result: Result
    try {
      result = await run(input, ...rest)
    } catch (error) {
      await end('error')
      throw error
    }
    await end('complete')
    return result
  }
}

function actOf<Input>(input: Input, options: ToolOptions<Input>): Act | undefined {
  if (options.effect === 'productionWrite') return { type: 'write', target: options.target(input) }
  if (options.effect !== 'shell') return undefined
  const asked = options.command(input)
  const { command, cwd = '.', environment = [] } = 'command' in asked ? asked : { command: asked }
  return { type: 'command', command, cwd, environment }
}

/** Spend a grant for an act; gives what the entry says of it. */
async function authorized(
  act: Act,
  about: ToolAttributes,
  context: CallContext,
  state: ToolGuard['state'],
): Promise<Partial<ToolAttributes>> {
  const { policy, verify, tokens, now } = state.askOptions()
  const answer = await authorize(act, context, {
    policy,
    ledger: state.ledger,
    verify,
    tokens: await tokens(),
    callId: about['model_policy.call_id'],
    now,
  })
  if (answer.type === 'authorized') {
    const { jti, approval } = answer.grant
    return { 'model_policy.grant.jti': jti, 'model_policy.escalation': approval.escalation }
  }
  const { code, reason } = answer
  await state.audit.record({
    kind: 'tool.refused',
    data: { ...about, 'model_policy.code': code, 'model_policy.reason': reason.slice(0, 2000) },
  })
  throw new PolicyError(code, `the tool ${about['gen_ai.tool.name']} did not run: ${reason}`, {
    remedy:
      act.type === 'command'
        ? `ask a person: model-policy escalate -- ${commandLine(act.command)}`
        : `ask a person: model-policy escalate --write ${commandLine([act.target])}`,
  })
}

function attributesOf(
  name: string,
  effect: 'write' | 'shell' | 'productionWrite',
  context: CallContext,
  state: ToolGuard['state'],
  act: Act | undefined,
): ToolAttributes {
  return {
    'model_policy.call_id': state.randomId(),
    'gen_ai.tool.name': name,
    'model_policy.effect': effect,
    'model_policy.policy_digest': state.policy.digest,
    ...(act === undefined ? {} : { 'model_policy.act': actDigest(act) }),
    ...(context.agent === undefined ? {} : { 'gen_ai.agent.id': context.agent }),
    ...(context.task === undefined ? {} : { 'model_policy.task': context.task }),
  }
}

/** The context with the work measured where nobody has said what it touches: a grant reaches some files only. */
async function measured({ measure }: ToolGuard['state'], context: CallContext): Promise<CallContext> {
  if (measure === undefined || context.paths !== undefined || context.change !== undefined) return context
  const change = await measure()
  return { ...context, change, paths: change.paths }
}
