import { randomUUID } from 'node:crypto'
import {
  grantVerifier,
  type AuditLog,
  type AuditRecord,
  type CallContext,
  type Clock,
  type Ledger,
  type Policy,
  type PromptHashKey,
  type PublicJwk,
} from '@policy/core'
import type { BatchFile } from '../request/batch-file.ts'
import type { AskOptions } from './ask.ts'
import { BoundedMap } from './bounded-map.ts'
import type { Fetch } from './fetch.ts'
import { finishCall } from './finish-call.ts'
import { channels, copyOf, publish, type DecisionEvent, type SubstitutedEvent } from './guard-events.ts'
import type { GuardOptions } from './guard-options.ts'
import type { LogicalCall } from './logical-call.ts'
import type { Measure } from './measured-context.ts'
import { branchReader, type ReadBranch } from './on-branch.ts'

/** What the parts of one guard share. */
export interface GuardState {
  readonly policy: Policy
  readonly ledger: Ledger
  readonly audit: AuditLog
  readonly clock: Clock
  readonly randomId: () => string
  readonly agentPublicKey: PublicJwk | undefined
  /** Measures the work so far, where there is somebody who can. */
  readonly measure: Measure | undefined
  /** Reads the branch, where the policy has rules about it and somebody can. */
  readonly branch: ReadBranch | undefined
  /** The secret under which prompts are hashed, if any. */
  readonly promptHashKey: PromptHashKey | undefined
  /** Whether decisions are recorded but refuse nothing. */
  readonly observing: boolean
  /** Tell the application and tracing tools of a decision; throws what the application throws. */
  announce(event: DecisionEvent): void
  /** Tell the application that another class of model answered. */
  substituted(event: SubstitutedEvent): void
  askOptions(): AskOptions
  /** Record, and count the loss where the log does not take it. */
  recordOrCount(record: AuditRecord): Promise<void>
  /** The same without waiting; `settled` waits. */
  recordLater(record: AuditRecord): void
  /** Resolves once everything recorded later is recorded. */
  settled(): Promise<void>
  /** Every fetch this guard has made, with where it leads: a call through two of them is still one call. */
  readonly guarded: WeakMap<Fetch, { next: Fetch; context: CallContext }>
  /** This guard's own calls for those of guards that it is behind of. */
  readonly behind: WeakMap<LogicalCall, LogicalCall>
  /** Batches that were read as they were uploaded, by file id. */
  readonly batches: Map<string, BatchFile>
  /** Calls that run in the background, by response id. */
  readonly background: Map<string, LogicalCall>
  /** Calls that left and are not over, by id; of answers that nobody reads, the oldest are given up. */
  readonly open: Map<string, LogicalCall>
  /** Requests that are read and decided right now. */
  readonly preparing: Set<Promise<unknown>>
  closed: boolean
  /** Entries that the log did not take. */
  lost: number
}

/** What answers and grants are verified against. */
export function verification({ policy, keys, ledger, context }: GuardOptions) {
  return { policy, keys, ledger: ledger.id, issuer: context?.repo ?? '' }
}

/** Uploaded batches, background calls and calls without an end that a guard keeps in mind, each. */
const remembered = 10_000

/** The state of a new guard. */
export function guardState(options: GuardOptions): GuardState {
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
    branch: branchReader(policy, options.branch),
    promptHashKey: options.promptHashKey,
    observing: policy.document.enforcement === 'observe' && options.enforcement !== 'enforce',
    announce(event) {
      publish(channels.decision, event)
      options.onDecision?.(copyOf(event))
    },
    substituted(event) {
      // The answer is on its way to its reader; what the application throws is not the reader's fault.
      const { onSubstituted } = options
      if (!onSubstituted) return
      const told = copyOf(event)
      queueMicrotask(() => onSubstituted(told))
    },
    askOptions: () => ({
      policy,
      measure: options.measure,
      verify,
      tokens: async () => [...(options.grants ?? []), ...((await approvals?.grants()) ?? [])],
      fetchGrants: approvals?.fetchGrants?.bind(approvals),
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
    guarded: new WeakMap(),
    behind: new WeakMap(),
    batches: new BoundedMap<string, BatchFile>(remembered),
    background: new BoundedMap<string, LogicalCall>(remembered, (call) => finishCall(state, call)),
    open: new BoundedMap<string, LogicalCall>(remembered, (call) => finishCall(state, call)),
    preparing: new Set(),
    closed: false,
    lost: 0,
  }
  return state
}
