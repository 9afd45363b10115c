import {
  type Act,
  type CallContext,
  type CommandAct,
  PolicyError,
  runRecorded,
  toolAttributes,
  type ToolOutcome,
} from '@policy/core'
import { type AskedTool, findRefusal, spendAuthorization } from './asked-tool.ts'
import { ownCopy } from './own-copy.ts'
import type { ToolGuard } from './tool-guard.ts'

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
export interface GuardedTool<Input, Rest extends unknown[], Result> {
  (input: Input, ...rest: Rest): Promise<Result>
  /** The same for loops that a rejecting tool ends, such as `runTools`: a refusal is answered to the model as text. */
  answer(input: Input, ...rest: Rest): Promise<Result | string>
  /** What would keep the tool from running for this input now, if anything; it is recorded as the run's refusal is. Spends nothing. */
  check(input: Input): Promise<PolicyError | undefined>
}

/**
 * Put one of an application's own tools under guard.
 *
 * `read` runs. `write` runs and is recorded. `shell` and `productionWrite` run only under a grant for exactly that command or target, which
 * is spent before the tool starts, and are recorded before and after. The tool is handed a copy of its input made before anything
 * was decided, so that nobody changes it between the decision and the run. Of a `shell` tool that gives a command's end, as `runCommand`
 * of `@policy/local` does, the exit status is recorded.
 */
export function guardedTool<Input, Rest extends unknown[], Result>(
  name: string,
  run: (input: Input, ...rest: Rest) => Result | Promise<Result>,
  options: ToolOptions<Input>,
  guard: ToolGuard,
): GuardedTool<Input, Rest, Result> {
  const { state } = guard
  function ask(input: Input, effect: Recorded): AskedTool {
    const context = guard.contextOf()
    const act = options.effect === 'read' ? undefined : actOf(input, options)
    const { policy } = state
    const callId = state.randomId()
    return { act, context, state, about: toolAttributes({ callId, name, effect, act, context, policy }) }
  }
  async function attempt(given: Input, rest: Rest): Promise<{ result: Result } | { refusal: PolicyError }> {
    refuseClosed(state)
    if (options.effect === 'read') return { result: await run(given, ...rest) }
    const input = ownCopy(given)
    const authority = await spendAuthorization(ask(input, options.effect))
    if ('refusal' in authority) return authority
    const outcomeOf = options.effect === 'shell' ? commandOutcome : () => complete
    const ran = () => run(input, ...rest)
    return { result: await runRecorded(state.audit, authority.about, ran, outcomeOf) }
  }
  return Object.assign(
    async function guarded(input: Input, ...rest: Rest): Promise<Result> {
      const attempted = await attempt(input, rest)
      if ('refusal' in attempted) throw attempted.refusal
      return attempted.result
    },
    {
      async answer(input: Input, ...rest: Rest): Promise<Result | string> {
        const attempted = await attempt(input, rest)
        return 'refusal' in attempted ? attempted.refusal.message : attempted.result
      },
      async check(input: Input): Promise<PolicyError | undefined> {
        refuseClosed(state)
        return options.effect === 'read' ? undefined : findRefusal(ask(ownCopy(input), options.effect))
      },
    },
  )
}

const complete: ToolOutcome = { 'model_policy.outcome': 'complete' }

/** How a command ended, where a tool gives that as `runCommand` of `@policy/local` does. */
function commandOutcome(result: unknown): ToolOutcome {
  if (typeof result !== 'object' || result === null || !('type' in result)) return complete
  if (result.type === 'stopped' || result.type === 'not-started')
    return { 'model_policy.outcome': result.type }
  if (result.type !== 'ended' || !('code' in result)) return complete
  const { code } = result
  const outcome = { 'model_policy.outcome': code === 0 ? 'complete' : 'error' } as const
  return typeof code === 'number' ? { ...outcome, 'process.exit.code': code } : outcome
}

function refuseClosed({ closed }: ToolGuard['state']): void {
  if (closed) throw new PolicyError('guard_closed', 'the guard is closed', { remedy: 'Make a new guard.' })
}

function actOf<Input>(input: Input, options: ToolOptions<Input>): Act | undefined {
  if (options.effect === 'productionWrite') return { type: 'write', target: options.target(input) }
  if (options.effect !== 'shell') return undefined
  const asked = options.command(input)
  const { command, cwd = '.', environment = [] } = 'command' in asked ? asked : { command: asked }
  return { type: 'command', command: [...command], cwd, environment: [...environment] }
}

type Recorded = Exclude<ToolOptions<never>['effect'], 'read'>
