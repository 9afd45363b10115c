import { globProblem } from './glob-problem.ts'
import { mendDocument } from './mend-document.ts'
import { modelProblems } from './model-problems.ts'
import { plainProblems } from './plain-problems.ts'
import type { Problem, Problems } from './problem.ts'
import { ruleProblems } from './rule-problems.ts'
import { policySchema, type PolicyDocument } from './schema.ts'
import { schemaProblems } from './schema-problems.ts'

/** A document with its defaults, or everything that is wrong with it. */
export type CheckedPolicy = { document: PolicyDocument } | { problems: Problems }

/** Hold a value against the form of a policy and then against itself. */
export function checkPolicy(value: unknown): CheckedPolicy {
  const [first, ...more] = plainProblems(value)
  if (first) return { problems: [first, ...more] }
  const parsed = policySchema.safeParse(value)
  if (!parsed.success) {
    const problems = schemaProblems(policySchema, parsed.error.issues, value)
    const mended = policySchema.safeParse(mendDocument(value, problems))
    return refused(mended.success ? [...problems, ...contradictions(mended.data)] : problems)
  }
  const problems = contradictions(parsed.data)
  return problems.length === 0 ? { document: parsed.data } : refused(problems)
}

/** What a document in the right form says that cannot be meant. */
function contradictions(document: PolicyDocument): Problem[] {
  return [...modelProblems(document), ...ruleProblems(document), ...sensitivePathProblems(document)]
}

function refused([first, ...more]: Problem[]): CheckedPolicy {
  return { problems: [first ?? { path: [], at: 'value', message: 'the document is not a policy' }, ...more] }
}

function sensitivePathProblems({ thresholds }: PolicyDocument): Problem[] {
  return thresholds.sensitivePaths.flatMap((glob, index): Problem[] => {
    const found = globProblem(glob)
    return found ? [{ path: ['thresholds', 'sensitivePaths', index], at: 'value', ...found }] : []
  })
}
