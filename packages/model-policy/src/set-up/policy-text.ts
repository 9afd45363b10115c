import { defaultPolicy, type PolicyInput } from '@policy/core'

/** The text of a new `model-policy.yaml`: the default policy with the people who may approve. */
export async function policyText(people: readonly string[]): Promise<string> {
  const { stringify } = await import('yaml')
  const { escalation } = defaultPolicy
  const policy: PolicyInput = {
    ...defaultPolicy,
    escalation: { ...escalation, approvers: { ...escalation.approvers, people: [...people] } },
  }
  return [
    '# Which models agents may use, and when. After a change, sign it: model-policy policy sign',
    stringify(policy, { lineWidth: 100, flowCollectionPadding: false, aliasDuplicateObjects: false }),
  ].join('\n')
}
