import type { PolicyErrorCode } from '../errors/codes.ts'

/** What one rule said of one call. */
export interface Finding {
  /**
   * The rule's id: one of the policy's own, or `model-named`, `model-access`, `grant`, `safety:hostedTools`,
   * `threshold:<name>`, `declared:<fact>`.
   */
  rule: string
  /** What it did to the decision; `none` when it did not match. */
  effect: 'none' | 'allow' | 'escalate' | 'deny'
  /** The code the decision carries when this finding decides it. */
  code?: PolicyErrorCode
  /** The fact it looked at, as a person would say it. */
  saw: string
  /** Why that led to the effect. */
  reason: string
  /** What would change the outcome. */
  remedy?: string
}
