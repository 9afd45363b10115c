import type { CallContext } from '../call/call-context.ts'
import type { ModelCall } from '../call/model-call.ts'
import type { Policy } from '../policy/policy.ts'
import type { DecideOptions } from './decide-options.ts'
import type { Decision } from './decision.ts'
import { evaluate } from './evaluate.ts'

/**
 * Decide whether a call may go to its models. Pure and synchronous: the same policy, call, context, grant and time
 * give the same decision. Never throws: what cannot be evaluated is a `deny` with `rule_failed`.
 *
 * A class's access is the floor and rules only tighten; of all that match, the most restrictive wins. A fact that is
 * absent from the context satisfies every condition.
 */
export function decide(
  policy: Policy,
  call: ModelCall,
  context: CallContext,
  options: DecideOptions = {},
): Decision {
  return evaluate({ policy, call, context, ...options, explain: false }).decision
}
