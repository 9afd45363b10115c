import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import {
  grantVerifier,
  modelFor,
  thumbprint,
  verifyApproval,
  type AuditRecord,
  type CallContext,
} from '@policy/core'
import type { GuardableClient } from '../openai/guardable-client.ts'
import { wrapClient } from '../openai/wrap-client.ts'
import { nothing } from '../request/nothing.ts'
import { provePossession } from './agent-key.ts'
import { ask } from './ask.ts'
import { layContexts } from './call-context.ts'
import type { Guard } from './guard.ts'
import type { GuardOptions } from './guard-options.ts'
import type { GuardState } from './guard-state.ts'
import type { BatchFile } from '../request/batch-file.ts'
import type { LogicalCall } from './logical-call.ts'
import { measuredContext } from './measured-context.ts'
import { requestApproval } from './request-approval.ts'
import type { Fetch } from './fetch.ts'
import { sendCall } from './send-call.ts'
import { finishCall } from './finish-call.ts'
import { look } from './spend.ts'
import { BoundedMap } from './bounded-map.ts'
import { channels } from './guard-events.ts'
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
export function createGuard(options: GuardOptions): Guard {
  const state = guardState(options)
  if (state.observing) {
    process.emitWarning('This policy only observes: calls are decided and recorded, none is refused.', {
      code: 'MODEL_POLICY_OBSERVES',
    })
  }
  const base = baseContext(options)
  const scope = new AsyncLocalStorage<CallContext>()
  const contextOf = (bound: CallContext | undefined): CallContext =>
    layContexts(base, bound, scope.getStore())

  const guard: Guard = {
    wrap<Client extends GuardableClient>(client: Client, context?: CallContext): Client {
      return wrapClient(client, { state, contextOf: () => contextOf(context) })
    },
    wrapFetch(fetch: Fetch, context?: CallContext): Fetch {
      const next = state.guarded.get(fetch) ?? fetch
      async function guardedFetch(input: Parameters<Fetch>[0], init?: RequestInit): Promise<Response> {
        return sendCall(state, {
          input,
          init,
          next,
          bound: undefined,
          context: contextOf(context),
          dispatcher: undefined,
        })
      }
      state.guarded.set(guardedFetch, next)
      return guardedFetch
    },
    tool: (name, run, toolOptions) =>
      guardedTool(name, run, toolOptions, { state, contextOf: () => contextOf(toolOptions.context) }),
    run: (context, fn) => scope.run(layContexts(scope.getStore() ?? {}, context), fn),
    async check({ model, context, endpoint = '/responses' }) {
      const call = { ...nothing, models: [model], endpoint }
      const measured = await measuredContext(state, call, contextOf(context))
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
      for (const call of state.open) finishCall(state, call)
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

/** What answers and grants are verified against. */
function verification({ policy, keys, ledger, context }: GuardOptions) {
  return { policy, keys, ledger: ledger.id, issuer: context?.repo ?? '' }
}

function baseContext({ context = {}, agentKey }: GuardOptions): CallContext {
  if (agentKey) provePossession(agentKey)
  return { ...layContexts({}, context), ...(agentKey && { agentKey: thumbprint(agentKey.publicJwk) }) }
}

/** Uploaded batches and background calls that a guard keeps in mind. */
const remembered = 10_000

function guardState(options: GuardOptions): GuardState {
  const { policy, audit, ledger, approvals, clock = Date.now, randomId = randomUUID } = options
  const verify = grantVerifier({ ...verification(options), clock })
  const pending = new Set<Promise<void>>()
  const state: GuardState = {
    policy,
    audit,
    ledger,
    clock,
    randomId,
    agentPublicKey: options.agentKey?.publicJwk,
    measure: options.measure,
    observing: policy.document.enforcement === 'observe' && options.enforcement !== 'enforce',
    announce(event) {
      channels.decision.publish(event)
      options.onDecision?.(event)
    },
    substituted(event) {
      // The answer is on its way to its reader; what the application throws is not the reader's fault.
      if (options.onSubstituted) queueMicrotask(() => options.onSubstituted?.(event))
    },
    askOptions: () => ({
      policy,
      verify,
      tokens: async () => [...(options.grants ?? []), ...((await approvals?.grants()) ?? [])],
      now: clock(),
    }),
    async recordOrCount(record: AuditRecord) {
      try {
        await audit.record(record)
      } catch {
        state.lost += 1
      }
    },
    recordLater(record) {
      const recorded = state.recordOrCount(record).finally(() => pending.delete(recorded))
      pending.add(recorded)
    },
    async settled() {
      await Promise.all(pending)
    },
    guarded: new WeakMap<Fetch, Fetch>(),
    batches: new BoundedMap<string, BatchFile>(remembered),
    background: new BoundedMap<string, LogicalCall>(remembered, (call) => finishCall(state, call)),
    open: new Set<LogicalCall>(),
    closed: false,
    lost: 0,
  }
  return state
}
