import type { Approval, CallContext, Decision, MeasuredChange, ModelChoice } from '@policy/core'
import type { GuardableClient } from '../openai/guardable-client.ts'
import type { EscalationDraft } from '../refusal/refusal.ts'
import type { RequestApprovalOptions } from './request-approval.ts'
import type { GuardedTool, ToolOptions } from '../tools/guarded-tool.ts'
import type { Fetch } from './fetch.ts'

/** Enforcement in process, round a client or a fetch. */
export interface Guard extends AsyncDisposable {
  /**
   * The same client, guarded: same class, options, helpers and streams. The client given stays as it is, so let go of it.
   *
   * Throws `client_unsupported` for a client that would leave a gap.
   */
  wrap<Client extends GuardableClient>(client: Client, context?: CallContext): Client
  /** A guarded fetch, for any SDK that takes one; each fetch is one call. */
  wrapFetch(fetch: Fetch, context?: CallContext): Fetch
  /**
   * One of the application's own tools under guard. `shell` and `productionWrite` run only under a grant for exactly that command or
   * target, once; else they reject with a `PolicyError` (`authorization_missing`, `grant_spent`, …), also where the policy only observes.
   *
   * @example
   * const publish = guard.tool('publish', publishPackage, {
   *   effect: 'shell',
   *   command: ({ tag }) => ['npm', 'publish', '--tag', tag],
   * })
   */
  tool<Input, Rest extends unknown[], Result>(
    name: string,
    run: (input: Input, ...rest: Rest) => Result | Promise<Result>,
    options: ToolOptions<Input>,
  ): GuardedTool<Input, Rest, Result>
  /**
   * Run `fn` with `context` for every call made in it. A call's task and rationale are the innermost; persona, task class and branch stay as the
   * outermost layer says them (guard, `wrap`, `run`, then the call's `x-policy-*` headers); paths and reasons add up.
   */
  run<Result>(context: CallContext, fn: () => Result): Result
  /** Decide without sending or spending. */
  check(call: CheckCall): Promise<Decision>
  /** The model a kind of work should use, with the reason. */
  modelFor(taskClass: string, change?: MeasuredChange): ModelChoice
  /** Put an escalation before people and wait for their answer. */
  requestApproval(escalation: EscalationDraft, options?: RequestApprovalOptions): Promise<Approval>
  /** Refuse everything from now on, finish what is open and flush the log; the log itself stays open. */
  close(): Promise<void>
  /** Entries that the audit log did not take, for calls that may run unrecorded. */
  readonly lostEntries: number
}

/** A call as asked of {@link Guard.check}. */
export interface CheckCall {
  model: string
  context?: CallContext
  /** @default '/responses' */
  endpoint?: string
}
