import type { Decision, Escalation, PolicyErrorCode } from '@policy/core'

/** What a guard knows of the escalation that would change its answer; what only measuring tells is left out. */
export type EscalationDraft = Partial<Escalation> &
  Pick<Escalation, 'escalation' | 'request' | 'reasons' | 'estimate' | 'ledger' | 'policy'>

/** One refusal as a value: what the error, the response and the audit entry are made from. */
export interface Refusal {
  code: PolicyErrorCode
  /** For people: what was refused, why, and the next step. */
  message: string
  /** The decision that refused, or what stands for it where the refusal came before any decision. */
  decision: Exclude<Decision, { type: 'allow' }>
  /** Present when a grant would change the answer. */
  escalation?: EscalationDraft
}

/** The message of a refusal: a sentence each for what, why, and what next. */
export function refusalMessage(what: string, reason: string, remedy: string | undefined): string {
  return [`${what} is refused: ${reason}`, remedy]
    .filter((part) => part !== undefined)
    .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
    .map((part, at) => (at === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join(' ')
}
