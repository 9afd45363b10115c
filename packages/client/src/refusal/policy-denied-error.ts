import { PolicyError } from '@policy/core'
import type { Decision } from '@policy/core'
import type { EscalationDraft, Refusal } from './refusal.ts'
import { refusalOf } from './refusal-response.ts'
import { upstreamRefusal } from './upstream-refusal.ts'

/** What every refusal has, whichever copy of the packages made it. */
export const deniedMarker: unique symbol = Symbol.for('model-policy.denied')

/** Who refused: a guard of this process, before anything left, or an upstream, by its own word. */
export type RefusalOrigin = 'guard' | 'upstream'

/** What {@link PolicyDeniedError.from} reads. */
export interface PolicyDeniedErrorFromOptions {
  /**
   * Read the body of an upstream's 403 as well, as a gateway with a guard of its own answers. Whoever answers can write such a body: set this
   * only where that server's word counts. @default false
   */
  upstream?: boolean
}

/**
 * A call was refused. Where {@link PolicyDeniedError.origin} is `guard`, which is everywhere but in what `from` reads of an upstream, nothing left.
 *
 * Through a wrapped client the error is also an instance of that client's own `PermissionDeniedError` (status 403);
 * `instanceof` this class and {@link PolicyDeniedError.is} both recognise it, whichever copy of the packages made it.
 *
 * @example
 * if (!PolicyDeniedError.is(error)) throw error
 * console.error(error.code, error.message)
 */
export class PolicyDeniedError extends PolicyError {
  override readonly name = 'PolicyDeniedError'
  readonly [deniedMarker] = true
  readonly status = 403
  /** Why, as a value with its findings. */
  readonly decision: Exclude<Decision, { type: 'allow' }>
  /** A draft of what to ask for, when a grant would change the answer. */
  readonly escalation: EscalationDraft | undefined
  /** Who refused; of an upstream's refusal only `code` and `message` are known. */
  readonly origin: RefusalOrigin

  constructor(refusal: Refusal, options: { cause?: unknown; origin?: RefusalOrigin } = {}) {
    super(refusal.code, refusal.message, options)
    this.decision = refusal.decision
    this.escalation = refusal.escalation
    this.origin = options.origin ?? 'guard'
  }

  /** Whether a value is a refusal of a guard, whichever SDK's error it is. */
  static override is(value: unknown): value is PolicyDeniedError {
    return typeof value === 'object' && value !== null && deniedMarker in value
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return PolicyDeniedError.is(value)
  }

  /**
   * The refusal inside another SDK's error (its 403, a wrapped cause, a list of tried errors), or `undefined`.
   *
   * Only a response that a guard of this process made counts: what upstream sends under our names is taken off on its way in. With
   * `upstream`, the body of a 403 counts too.
   *
   * @example
   * const denied = PolicyDeniedError.from(error, { upstream: true }) // behind a gateway of ours
   * if (denied) console.error(denied.code, denied.message)
   */
  static from(error: unknown, options: PolicyDeniedErrorFromOptions = {}): PolicyDeniedError | undefined {
    if (PolicyDeniedError.is(error)) return error
    const own = refusalIn(error, new Set(), ({ headers, responseHeaders }) =>
      refusalOf(headers ?? responseHeaders),
    )
    if (own) return new PolicyDeniedError(own, { cause: error })
    const told = options.upstream === true ? refusalIn(error, new Set(), upstreamRefusal) : undefined
    return told && new PolicyDeniedError(told, { cause: error, origin: 'upstream' })
  }
}

function refusalIn(
  error: unknown,
  seen: Set<unknown>,
  read: (error: Record<string, unknown>) => Refusal | undefined,
): Refusal | undefined {
  if (typeof error !== 'object' || error === null || seen.has(error)) return undefined
  seen.add(error)
  const at = error as Record<string, unknown>
  const own = read(at)
  if (own) return own
  const inner = [
    at['cause'],
    at['lastError'],
    at['error'],
    ...(Array.isArray(at['errors']) ? at['errors'] : []),
  ]
  for (const one of inner) {
    const found = PolicyDeniedError.is(one) ? one : refusalIn(one, seen, read)
    if (found) return { code: found.code, message: found.message, decision: found.decision, ...draft(found) }
  }
  return undefined
}

const draft = (from: { escalation?: EscalationDraft | undefined }) =>
  from.escalation === undefined ? {} : { escalation: from.escalation }
