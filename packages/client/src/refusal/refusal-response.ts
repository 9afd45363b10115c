import type { Refusal } from './refusal.ts'

/** Names a refusal within this process; on the wire it is only a sign that a guard answered. */
const header = 'x-policy-refusal'

/** The refusals of this process: SDKs hand on either the response's Headers object or a plain copy of it, so each is found by both. */
interface KnownRefusals {
  byHeaders: WeakMap<object, Refusal>
  /** By ids that nobody outside can know beforehand. */
  recent: Map<string, Refusal>
}
const kept = 1024

// One for all copies of this package in the process, so that each knows the refusals of the others; another shape of it takes another name.
const shared = Symbol.for('model-policy.refusals.1')
const { byHeaders, recent } = ((globalThis as { [shared]?: KnownRefusals })[shared] ??= {
  byHeaders: new WeakMap(),
  recent: new Map(),
})

/**
 * The response that stands for a refusal: 403 and `x-should-retry: false`, the one shape that every SDK tried
 * reports after a single attempt as a permission error.
 */
export function refusalResponse(refusal: Refusal, id: string): Response {
  const body = {
    error: { message: refusal.message, type: 'policy_denied', code: refusal.code, param: 'model' },
  }
  const response = new Response(JSON.stringify(body), {
    status: 403,
    headers: {
      'content-type': 'application/json',
      'x-should-retry': 'false',
      'x-policy-code': refusal.code,
      [header]: id,
    },
  })
  byHeaders.set(response.headers, refusal)
  recent.set(id, refusal)
  if (recent.size > kept) recent.delete(recent.keys().next().value as string)
  return response
}

/** The refusal that a guard of this process answered with, of whichever copy of this package, by the headers of its response. */
export function refusalOf(headers: unknown): Refusal | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined
  const known = byHeaders.get(headers)
  if (known) return known
  const id = headers instanceof Headers ? headers.get(header) : (headers as Record<string, unknown>)[header]
  return typeof id === 'string' ? recent.get(id) : undefined
}
