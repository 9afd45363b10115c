import type { CallContext } from '../call/call-context.ts'
import { nearest } from '../policy/nearest.ts'
import type { DeclaredNames } from '../rules/facts.ts'
import type { Finding } from './finding.ts'

/** What is to be said of a persona or task class that was claimed and that the policy does not declare. */
export function undeclaredClaims({ persona, taskClass }: CallContext, declared: DeclaredNames): Finding[] {
  return [
    ...claim('persona', 'personas', persona, declared.personas),
    ...claim('taskClass', 'taskClasses', taskClass, declared.taskClasses),
  ]
}

function claim(
  name: string,
  section: string,
  claimed: string | undefined,
  known: ReadonlySet<string>,
): Finding[] {
  if (claimed === undefined || known.has(claimed)) return []
  const near = nearest(claimed, known)
  return [
    {
      rule: `declared:${name}`,
      effect: 'none',
      saw: `${name} ${JSON.stringify(claimed)}`,
      reason: `the policy declares no such ${name}, so it counts as none`,
      remedy: near === undefined ? `declare it in ${section}, or say another` : `did you mean "${near}"?`,
    },
  ]
}
