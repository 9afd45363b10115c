import { PolicyError } from '../errors/policy-error.ts'
import type { Policy } from './policy.ts'
import { invalid } from './problem.ts'
import type { PolicyInput } from './schema.ts'
import { sealPolicy } from './seal-policy.ts'

/** How a policy's text is read. */
export interface ParsePolicyOptions {
  /** The file's name for messages. */
  file?: string
}

const largest = 256 * 1024

/**
 * Read a policy from YAML 1.2 or JSON.
 *
 * Throws `policy_invalid`, and nothing else, with file, line, column and path of what is wrong, what was expected and
 * the nearest right word. Asynchronous because the parser and the schema load on first use.
 */
export async function parsePolicy(text: string, options: ParsePolicyOptions = {}): Promise<Policy> {
  const { file } = options
  const bytes = new TextEncoder().encode(text).length
  if (bytes > largest) {
    throw new PolicyError(
      'policy_invalid',
      `${file ?? 'The policy'} has ${bytes} bytes; the most is ${largest}`,
      {
        remedy: 'shorten it: patterns and lists in `when` save rules',
        ...(file === undefined ? {} : { place: { file } }),
      },
    )
  }
  const [{ readYaml }, { checkPolicy }] = await Promise.all([
    import('./read-yaml.ts'),
    import('./check-policy.ts'),
  ])
  const { value, locate } = readYaml(text, 'policy_invalid', file)
  const checked = checkPolicy(value)
  if ('problems' in checked) throw invalid('policy_invalid', checked.problems, locate)
  // Checked against the schema whose input type this is.
  return sealPolicy(checked.document, value as PolicyInput)
}
