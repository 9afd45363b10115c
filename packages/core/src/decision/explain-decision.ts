import type { CallContext } from '../call/call-context.ts'
import type { ModelCall } from '../call/model-call.ts'
import type { Policy } from '../policy/policy.ts'
import type { DecideOptions } from './decide.ts'
import type { Decision } from './decision.ts'
import { evaluate } from './evaluate.ts'
import type { Finding } from './finding.ts'

/** A decision, and what every rule had to say. */
export interface Explanation {
  decision: Decision
  /** One finding for each rule and model, also for rules that did not match, in the policy's order. */
  findings: readonly Finding[]
}

/** {@link decide} by the same evaluator, with the finding of every rule kept: what it saw and why it did not match. */
export function explainDecision(
  policy: Policy,
  call: ModelCall,
  context: CallContext,
  options: DecideOptions = {},
): Explanation {
  const unmatched: Finding[] = []
  const { decision, findings } = evaluate(policy, call, context, options, (finding) =>
    unmatched.push(finding),
  )
  return { decision, findings: [...findings, ...unmatched] }
}
