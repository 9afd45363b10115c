import { defaultPolicy, defaultPolicyText, pathMatcher } from '@policy/core'

/**
 * The text of a new `model-policy.yaml`: the default policy, comments and all, with the people who may approve, and with the default
 * branch among those that are protected.
 */
export function policyText(people: readonly string[], branch: string | undefined): string {
  const named = people.map((person) => JSON.stringify(person)).join(', ')
  const text = defaultPolicyText.replace(/people: \[\] .*/, `people: [${named}]`)
  if (
    branch === undefined ||
    defaultPolicy.merge.protectedBranches.some((usual) => pathMatcher(usual)(branch))
  )
    return text
  return text.replace(/protectedBranches: \[main, /, () => `protectedBranches: [${JSON.stringify(branch)}, `)
}
