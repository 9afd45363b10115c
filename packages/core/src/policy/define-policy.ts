import { PolicyError } from '../errors/policy-error.ts'
import type { Policy } from './policy.ts'
import { invalid } from './problem.ts'
import type { PolicyInput } from './schema.ts'
import { sealPolicy } from './seal-policy.ts'

/** The names of the task classes that a policy written in code declares. */
export type TaskClassName<Input extends PolicyInput> = PolicyInput extends Input
  ? string
  : Input extends { readonly taskClasses: infer TaskClasses }
    ? keyof TaskClasses & string
    : never

/**
 * Make a policy from a document written in code; the compiler keeps the names of its task classes.
 *
 * Throws `policy_invalid` with the path of everything that is wrong. Asynchronous because the schema loads on first use.
 *
 * @example
 * const policy = await definePolicy({
 *   version: 1,
 *   models: { default: 'gpt-5-mini', classes: { standard: { access: 'open', models: ['gpt-5-mini'] } } },
 *   taskClasses: { triage: { model: 'standard', about: 'sort issues' } },
 * })
 * modelFor(policy, 'triage').model   // 'gpt-5-mini'; 'triag' does not compile
 */
export async function definePolicy<const Input extends PolicyInput>(
  input: Input,
): Promise<Policy<TaskClassName<Input>>> {
  const { checkPolicy } = await import('./check-policy.ts')
  const source = ownCopy(input)
  const checked = checkPolicy(source)
  if ('problems' in checked) throw invalid('policy_invalid', checked.problems)
  return sealPolicy(checked.document, source) as Policy<TaskClassName<Input>>
}

/** A copy nobody else holds, in which getters have become values: what is checked is what is kept. */
function ownCopy(input: PolicyInput): PolicyInput {
  try {
    return structuredClone(input)
  } catch (cause) {
    throw new PolicyError('policy_invalid', 'The policy holds something that is not plain data', {
      cause,
      remedy: 'use only texts, numbers, true, false, lists and sections',
    })
  }
}
