import type { ModelCall } from '../call/model-call.ts'
import type { PolicyDocument } from '../policy/schema.ts'
import type { Finding } from './finding.ts'

// What only reads, or what the caller itself runs and guards there. Everything else may act on its own, also what
// nobody has heard of yet.
const harmless =
  /^(?:function|custom|namespace|tool_search|file_search|image_generation|web_search(?:_preview)?(?:_\d{4}_\d{2}_\d{2})?)$/

/** The tools of a request that would run or write without passing through the caller's own code. */
export function actingTools(call: ModelCall): readonly string[] {
  return call.tools.filter((type) => !harmless.test(type))
}

/** What `safety.hostedTools` says of the tools in a request, whatever the model; `undefined` when it has none that act. */
export function hostedTools(
  safety: PolicyDocument['safety'],
  acting: readonly string[],
): Finding | undefined {
  if (acting.length === 0) return undefined
  const finding = { rule: 'safety:hostedTools', saw: `tools ${acting.join(', ')}` }
  return safety.hostedTools === 'deny'
    ? {
        ...finding,
        effect: 'deny',
        code: 'tool_unauthorized',
        reason: 'the policy permits no tools that act on their own',
        remedy: 'leave these tools out of the request',
      }
    : {
        ...finding,
        effect: 'escalate',
        code: 'tool_unauthorized',
        reason: 'tools that act on their own need a grant that names them',
        remedy: 'leave these tools out of the request, or ask a person for them with an escalation',
      }
}
