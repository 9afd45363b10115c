import { defaultPolicyText } from '@policy/core'

/** The text of a new `model-policy.yaml`: the default policy, comments and all, with the people who may approve. */
export function policyText(people: readonly string[]): string {
  const named = people.map((person) => JSON.stringify(person)).join(', ')
  return defaultPolicyText.replace(/people: \[\] .*/, `people: [${named}]`)
}
