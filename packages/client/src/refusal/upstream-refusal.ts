import { policyErrorCodes, type PolicyErrorCode } from '@policy/core'
import type { Refusal } from './refusal.ts'

/**
 * The refusal that an SDK's error tells of an upstream's 403, by the body that every guard answers with:
 * `{ "error": { "type": "policy_denied", "code": "grant_required", "message": "…" } }`.
 */
export function upstreamRefusal(error: object): Refusal | undefined {
  const { status, statusCode, error: body, data, responseBody } = error as Record<string, unknown>
  if (status !== 403 && statusCode !== 403) return undefined
  for (const one of [body, data, parsed(responseBody)]) {
    const told = refusalOf(one) ?? refusalOf((one as { error?: unknown } | null | undefined)?.error)
    if (told) return told
  }
  return undefined
}

function refusalOf(body: unknown): Refusal | undefined {
  const { type, code, message } = (body ?? {}) as Record<string, unknown>
  if (type !== 'policy_denied' || typeof message !== 'string' || !isCode(code)) return undefined
  return { code, message, decision: { type: 'deny', code, reason: message, models: [], findings: [] } }
}

const isCode = (code: unknown): code is PolicyErrorCode =>
  typeof code === 'string' && Object.hasOwn(policyErrorCodes, code)

function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}
