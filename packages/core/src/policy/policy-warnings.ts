import type { ErrorPlace } from '../errors/policy-error.ts'
import { nearest } from './nearest.ts'
import { parsePolicy, type ParsePolicyOptions } from './parse-policy.ts'
import type { Problem } from './problem.ts'
import type { PolicyDocument } from './schema.ts'

/** Something that a valid policy says and that its author may not mean. */
export interface PolicyWarning {
  /** What follows from what the policy says. */
  message: string
  /** What to write instead. */
  remedy: string
  /** Where the policy says it. */
  place: ErrorPlace
}

/**
 * What a valid policy says that leaves somebody without a way: nobody who can approve, no basis for a grant, a role that looks
 * misspelt, a rule about every call. None of it opens anything, so none of it is refused.
 *
 * @throws `policy_invalid`, as {@link parsePolicy}.
 */
export async function policyWarnings(
  text: string,
  options: ParsePolicyOptions = {},
): Promise<readonly PolicyWarning[]> {
  const { document } = await parsePolicy(text, options)
  const { readYaml } = await import('./read-yaml.ts')
  const { locate } = readYaml(text, 'policy_invalid', options.file)
  const problems = [...approvalWarnings(document), ...roleWarnings(document), ...ruleWarnings(document)]
  return problems.map(({ message, remedy = '', ...where }) => ({
    message,
    remedy,
    place: locate({ ...where, message }),
  }))
}

function approvalWarnings({ escalation }: PolicyDocument): Problem[] {
  const { basis, approvers } = escalation
  if (basis.length === 0) {
    return [
      {
        path: ['escalation', 'basis'],
        at: 'value',
        message: 'no basis is listed, so no grant is ever given and nothing that needs one runs',
        remedy: 'list approval, threshold or both',
      },
    ]
  }
  if (approvers.people.length > 0 || !basis.includes('approval')) return []
  return [
    {
      path: ['escalation', 'approvers', 'people'],
      at: 'value',
      message: 'nobody is listed, so nobody can approve and nothing that needs an approval runs',
      remedy: 'list who may approve, such as github:1234567',
    },
  ]
}

function roleWarnings({ personas, escalation }: PolicyDocument): Problem[] {
  const { persona } = escalation.approvers
  if (personas.length === 0 || personas.includes(persona)) return []
  const near = nearest(persona, personas)
  // the approvers' role need not be listed again: only one that looks misspelt is worth a word
  if (near === undefined) return []
  return [
    {
      path: ['escalation', 'approvers', 'persona'],
      at: 'value',
      message: `approvers act as "${persona}", which personas does not list, and a key of another role cannot approve`,
      remedy: `did you mean "${near}"?`,
    },
  ]
}

function ruleWarnings({ rules }: PolicyDocument): Problem[] {
  return rules.flatMap(({ id, when, then }, index): Problem[] =>
    Object.values(when).some((condition) => condition !== undefined)
      ? []
      : [
          {
            path: ['rules', index, 'when'],
            at: 'value',
            message: `rule "${id}" has no condition, so ${then === 'deny' ? 'it denies every call' : 'every call needs a person'}`,
            remedy: 'say what it is about, or leave it out',
          },
        ],
  )
}
