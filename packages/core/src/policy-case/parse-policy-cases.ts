import type { ParsePolicyOptions } from '../policy/parse-policy.ts'
import type { PolicyCase } from './policy-case-schema.ts'

/**
 * Read policy cases from YAML 1.2 or JSON.
 *
 * Throws `policy_cases_invalid` with the place of everything that is wrong.
 */
export async function parsePolicyCases(
  text: string,
  options: ParsePolicyOptions = {},
): Promise<PolicyCase[]> {
  const [{ readYaml }, { invalid }, { schemaProblems }, { policyCasesSchema }] = await Promise.all([
    import('../policy/read-yaml.ts'),
    import('../policy/problem.ts'),
    import('../policy/schema-problems.ts'),
    import('./policy-case-schema.ts'),
  ])
  const { value, locate } = readYaml(text, 'policy_cases_invalid', options.file)
  const parsed = policyCasesSchema.safeParse(value)
  if (parsed.success) return parsed.data.cases
  const [first, ...more] = schemaProblems(policyCasesSchema, parsed.error.issues, value)
  const problem = first ?? { path: [], at: 'value' as const, message: 'these are no policy cases' }
  throw invalid('policy_cases_invalid', [problem, ...more], locate)
}
