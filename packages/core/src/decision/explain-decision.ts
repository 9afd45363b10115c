import { assessChange } from '../change/assess-change.ts'
import type { CallContext } from '../call/call-context.ts'
import type { ModelCall } from '../call/model-call.ts'
import type { Policy } from '../policy/policy.ts'
import type { DecideOptions } from './decide.ts'
import { evaluate, type Explanation } from './evaluate.ts'

/**
 * {@link decide} by the same evaluator, with the finding of every rule kept: what it saw, why it did or did not match,
 * what would change the answer. Thresholds that the measured change crosses are told as well; they decide nothing.
 */
export function explainDecision(
  policy: Policy,
  call: ModelCall,
  context: CallContext,
  options: DecideOptions = {},
): Explanation {
  const { decision, findings } = evaluate({ policy, call, context, ...options, explain: true })
  const crossed = context.change ? assessChange(policy, context.change) : []
  return {
    decision,
    findings: [...findings, ...crossed.map((finding) => ({ ...finding, effect: 'none' as const }))],
  }
}
