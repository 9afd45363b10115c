import type { CallContext } from '@policy/core'

/** Every header of ours begins with this; none of them leaves, and none from upstream counts. */
const prefix = 'x-policy-'

/** What a header may say of one call: a claim, like any other context. */
const claims = {
  'x-policy-task': 'task',
  'x-policy-task-class': 'taskClass',
  'x-policy-persona': 'persona',
  'x-policy-rationale': 'rationale',
} as const

/** Take the policy headers out of a request's headers and return what they say. */
export function takePolicyHeaders(headers: Headers): CallContext {
  const context: CallContext = {}
  for (const name of policyHeaders(headers)) {
    const value = headers.get(name)
    const claim = (claims as Record<string, (typeof claims)[keyof typeof claims] | undefined>)[name]
    if (claim !== undefined && value !== null && value !== '') context[claim] = value
    headers.delete(name)
  }
  return context
}

/** The names of the policy headers present. */
export function policyHeaders(headers: Headers): string[] {
  return [...headers.keys()].filter((name) => name.startsWith(prefix))
}
