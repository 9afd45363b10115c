import type { PolicyErrorCode } from '@policy/core'
import { deniedMarker, type RefusalOrigin } from './policy-denied-error.ts'
import type { EscalationDraft, Refusal } from './refusal.ts'

const policyErrorMarker = Symbol.for('model-policy.error')

/** The class of an SDK's own 403 error. */
export type StatusErrorClass = new (
  status: 403,
  error: object,
  message: string | undefined,
  headers: Headers,
) => Error & { code?: unknown }

const made = new WeakMap<StatusErrorClass, (refusal: Refusal, error: object, headers: Headers) => Error>()

/** A maker of refusals that are instances of this SDK's own 403 class, made once per class. */
export function deniedErrorMaker(
  base: StatusErrorClass,
): (refusal: Refusal, error: object, headers: Headers) => Error {
  const known = made.get(base)
  if (known) return known
  class GuardedPolicyDeniedError extends base {
    override readonly name = 'PolicyDeniedError'
    readonly [deniedMarker] = true
    readonly [policyErrorMarker] = true
    override readonly code: PolicyErrorCode
    readonly remedy = undefined
    readonly place = undefined
    readonly decision: Refusal['decision']
    readonly escalation: EscalationDraft | undefined
    readonly origin: RefusalOrigin = 'guard'

    constructor(refusal: Refusal, error: object, headers: Headers) {
      super(403, error, undefined, headers)
      this.message = refusal.message
      this.code = refusal.code
      this.decision = refusal.decision
      this.escalation = refusal.escalation
    }
  }
  const maker = (refusal: Refusal, error: object, headers: Headers): Error =>
    new GuardedPolicyDeniedError(refusal, error, headers)
  made.set(base, maker)
  return maker
}
