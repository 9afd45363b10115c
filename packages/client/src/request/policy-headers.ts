import type { CallContext } from '@policy/core'

/** Every header of ours begins with this; none of them leaves, and none from upstream counts. */
const prefix = 'x-policy-'

/** What a header may say of one call: a claim, like any other context. */
const claims: Readonly<Record<string, 'task' | 'taskClass' | 'persona' | 'rationale'>> = {
  'x-policy-task': 'task',
  'x-policy-task-class': 'taskClass',
  'x-policy-persona': 'persona',
  'x-policy-rationale': 'rationale',
}

/** Take the policy headers out of a request's headers and return what they say. */
export function takePolicyHeaders(headers: Headers): CallContext {
  const context: CallContext = {}
  for (const name of policyHeaders(headers)) {
    const value = headers.get(name)
    const claim = claims[name]
    if (claim !== undefined && value !== null && value !== '') context[claim] = value
    headers.delete(name)
  }
  return context
}

/** The names of the policy headers present. */
export function policyHeaders(headers: Headers): readonly string[] {
  let names: string[] | undefined
  for (const name of headers.keys()) if (name.startsWith(prefix)) (names ??= []).push(name)
  return names ?? none
}

const none: readonly string[] = []
