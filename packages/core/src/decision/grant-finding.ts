import type { CallContext } from '../call/call-context.ts'
import { covers, type Coverage } from '../grant/covers.ts'
import type { VerifiedGrant } from '../grant/grant.ts'
import type { ResolvedModel } from '../models/resolved-model.ts'
import type { Policy } from '../policy/policy.ts'
import type { Finding } from './finding.ts'

interface Asked {
  policy: Policy
  /** Those that need a grant. */
  models: readonly ResolvedModel[]
  /** Types of the tools that need one. */
  tools: readonly string[]
  context: CallContext
  now: number | undefined
}

/** What a grant says of a call: it covers it (`allow`), or another would be needed (`escalate`). */
export function coverCall(grant: VerifiedGrant, asked: Asked): Finding {
  const coverage = coverageOf(grant, asked)
  const finding = { rule: 'grant', saw: `grant ${grant.jti}` }
  return coverage.covered
    ? { ...finding, effect: 'allow', reason: 'it covers the call' }
    : {
        ...finding,
        effect: 'escalate',
        code: coverage.code,
        reason: coverage.reason,
        remedy: 'ask a person for one that covers this call with an escalation',
      }
}

function coverageOf(grant: VerifiedGrant, { policy, models, tools, context, now }: Asked): Coverage {
  if (now === undefined)
    return { covered: false, code: 'grant_expired', reason: 'nobody said what time it is' }
  const [detail] = grant.authorization_details
  const named = detail.type === 'model_call' ? (detail.tools ?? []) : []
  const unnamed = tools.find((tool) => !named.includes(tool))
  if (unnamed !== undefined) {
    return { covered: false, code: 'tool_unauthorized', reason: `it does not name the tool ${unnamed}` }
  }
  return covers(grant, models, context, { policy: policy.digest, now })
}
