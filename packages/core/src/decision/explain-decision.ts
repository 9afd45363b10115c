import { assessChange } from '../change/assess-change.ts'
import type { CallContext } from '../call/call-context.ts'
import type { ModelCall } from '../call/model-call.ts'
import { compiledOf } from '../policy/compiled.ts'
import type { Policy } from '../policy/policy.ts'
import type { DecideOptions } from './decide-options.ts'
import { evaluate, type Explanation } from './evaluate.ts'
import type { Finding } from './finding.ts'
import { undeclaredClaims } from './undeclared-claims.ts'

/**
 * {@link decide} by the same evaluator, with the finding of every rule kept: what it saw, why it did or did not match,
 * what would change the answer.
 *
 * Told as well, though they decide nothing: thresholds that the measured change crosses, and claims that the policy does
 * not know.
 */
export function explainDecision(
  policy: Policy,
  call: ModelCall,
  context: CallContext,
  options: DecideOptions = {},
): Explanation {
  const { decision, findings } = evaluate({ policy, call, context, ...options, explain: true })
  const crossed = context.change ? assessChange(policy, context.change) : []
  const claims = undeclaredClaims(context, compiledOf(policy).declared)
  return { decision, findings: [...findings, ...crossed.map(silent), ...claims] }
}

const silent = (finding: Finding): Finding => ({ ...finding, effect: 'none' })
