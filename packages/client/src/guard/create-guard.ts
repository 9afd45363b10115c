import { AsyncLocalStorage } from 'node:async_hooks'
import { modelFor, thumbprint, verifyApproval, type CallContext } from '@policy/core'
import type { GuardableClient } from '../openai/guardable-client.ts'
import { wrapClient } from '../openai/wrap-client.ts'
import { nothing } from '../request/nothing.ts'
import { type AgentKey, provePossession } from './agent-key.ts'
import { ask } from './ask.ts'
import { layContexts } from './call-context.ts'
import type { Guard } from './guard.ts'
import type { GuardOptions } from './guard-options.ts'
import { guardState, verification } from './guard-state.ts'
import { startCall } from './logical-call.ts'
import { measuredContext } from './measured-context.ts'
import { onBranch } from './on-branch.ts'
import { requestApproval } from './request-approval.ts'
import type { Fetch } from './fetch.ts'
import { sendCall } from './send-call.ts'
import { finishCall } from './finish-call.ts'
import { look } from './spend.ts'
import { wayOut } from './way-out.ts'
import { guardedTool } from '../tools/guarded-tool.ts'

/**
 * Make a guard from explicit values.
 *
 * Throws `key_missing` when the agent's private key does not belong to its public key.
 *
 * @example
 * const guard = createGuard({ policy, audit, keys, ledger, context: { agent: 'agent:refactor-bot' } })
 * const openai = guard.wrap(new OpenAI())
 */
export function createGuard(given: GuardOptions): Guard {
  const options = { ...given, ...ownKey(given.agentKey) }
  const state = guardState(options)
  if (state.observing) {
    process.emitWarning('This policy only observes: calls are decided and recorded, none is refused.', {
      code: 'MODEL_POLICY_OBSERVES',
    })
  }
  const base = baseContext(options)
  const scope = new AsyncLocalStorage<CallContext>()
  const contextOf = (bound?: CallContext): CallContext => layContexts(base, bound, scope.getStore())

  const guard: Guard = {
    wrap<Client extends GuardableClient>(client: Client, context?: CallContext): Client {
      return wrapClient(client, { state, contextOf, context })
    },
    wrapFetch(fetch: Fetch, context?: CallContext): Fetch {
      const way = wayOut(state, fetch, context)
      async function guardedFetch(input: Parameters<Fetch>[0], init?: RequestInit): Promise<Response> {
        return sendCall(state, {
          input,
          init,
          next: way.next,
          call: startCall(state, contextOf(way.context), false),
          dispatcher: undefined,
        })
      }
      state.guarded.set(guardedFetch, way)
      return guardedFetch
    },
    tool: (name, run, toolOptions) =>
      guardedTool(name, run, toolOptions, { state, contextOf: () => contextOf(toolOptions.context) }),
    run: (context, fn) => scope.run(layContexts(scope.getStore() ?? {}, context), fn),
    async check({ model, context, endpoint = '/responses' }) {
      const call = { ...nothing, models: [model], endpoint }
      const measured = await measuredContext(state, call, await onBranch(state, contextOf(context)))
      return ask(call, measured, state.askOptions(), look(state.ledger))
    },
    modelFor: (taskClass, change) => modelFor(state.policy, taskClass, change),
    requestApproval: (escalation, requestOptions) =>
      requestApproval(
        {
          approvals: options.approvals,
          completeEscalation: options.completeEscalation,
          verify: (asked, approval) =>
            verifyApproval(asked, approval, { ...verification(options), now: state.clock() }),
          record: state.recordOrCount,
        },
        escalation,
        requestOptions,
      ),
    async close() {
      state.closed = true
      // what was called before leaves, and is counted
      await Promise.allSettled(state.preparing)
      for (const call of state.open.values()) finishCall(state, call)
      await state.settled()
      await state.audit.flush()
    },
    [Symbol.asyncDispose]: () => guard.close(),
    get lostEntries() {
      return state.lost
    },
  }
  return guard
}

/** The key read once: what stands in its place could read otherwise after it was proven. */
const ownKey = (agentKey: AgentKey | undefined): { agentKey?: AgentKey } =>
  agentKey === undefined
    ? {}
    : { agentKey: { publicJwk: { ...agentKey.publicJwk }, privateJwk: { ...agentKey.privateJwk } } }

function baseContext({ context = {}, agentKey }: GuardOptions): CallContext {
  if (agentKey) provePossession(agentKey)
  return { ...layContexts({}, context), ...(agentKey && { agentKey: thumbprint(agentKey.publicJwk) }) }
}
