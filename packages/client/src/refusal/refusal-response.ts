import type { Refusal } from './refusal.ts'

/** Names a refusal within this process; on the wire it is only a sign that a guard answered. */
const header = 'x-policy-refusal'

// SDKs hand on either the response's Headers object or a plain copy of it, so a refusal is found by both.
const byHeaders = new WeakMap<object, Refusal>()
const recent = new Map<string, Refusal>()
const kept = 1024

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

/** The refusal that a guard of this process answered with, by the headers of its response. */
export function refusalOf(headers: unknown): Refusal | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined
  const known = byHeaders.get(headers)
  if (known) return known
  const id = headers instanceof Headers ? headers.get(header) : (headers as Record<string, unknown>)[header]
  return typeof id === 'string' ? recent.get(id) : undefined
}
