import { assessChange } from '../change/assess-change.ts'
import type { MeasuredChange } from '../change/measured-change.ts'
import type { Finding } from '../decision/finding.ts'
import { PolicyError } from '../errors/policy-error.ts'
import type { Policy } from '../policy/policy.ts'
import { classifyModel } from './classify-model.ts'

/** The model a task should use. */
export interface ModelChoice {
  modelClass: string
  /** The provider's id. */
  model: string
  /** Why this one, as a sentence. */
  reason: string
  /** The dearer model that is worth asking a person for, and what speaks for it. Never taken by itself. */
  proposal?: { modelClass: string; model: string; reason: string; findings: readonly Finding[] }
}

/**
 * The model for a kind of work: an open one, with a dearer one proposed when the kind of work is meant for it or the
 * measured change crosses a threshold.
 *
 * Throws `usage` for a task class that the policy does not declare.
 *
 * @example
 * modelFor(policy, 'triage')            // { model: 'gpt-5-mini', … }
 * modelFor(policy, 'triage', measured)  // the same, with a proposal when `measured` crosses a threshold
 */
export function modelFor<TaskClass extends string>(
  policy: Policy<TaskClass>,
  taskClass: NoInfer<TaskClass>,
  measured?: MeasuredChange,
): ModelChoice {
  const { models, taskClasses } = policy.document
  if (!Object.hasOwn(taskClasses, taskClass)) {
    const known = Object.keys(taskClasses).join(', ') || 'none'
    throw new PolicyError('usage', `The policy declares no task class "${taskClass}"; it declares ${known}`, {
      remedy: 'use one of these, or add it to taskClasses',
    })
  }
  const wanted = taskClasses[taskClass].model
  const findings = measured ? assessChange(policy, measured) : []
  if (models.classes[wanted]?.access === 'open') {
    const choice = { ...idOf(policy, wanted), reason: `${taskClass} is work for ${wanted}` }
    const dearer = Object.keys(models.classes).find((name) => models.classes[name]?.access === 'grant')
    if (findings.length === 0 || dearer === undefined) return choice
    const reason = findings.map((finding) => `${finding.saw}: ${finding.reason}`).join('; ')
    return { ...choice, proposal: { ...idOf(policy, dearer), reason, findings } }
  }
  const usual = classifyModel(policy, models.default)
  return {
    modelClass: usual.modelClass ?? wanted,
    model: usual.id,
    reason: `${wanted} needs a person's approval; until then ${usual.id}`,
    proposal: { ...idOf(policy, wanted), reason: `${taskClass} is work for ${wanted}`, findings },
  }
}

/** The first model that a class lists in full. */
function idOf(policy: Policy, modelClass: string): { modelClass: string; model: string } {
  const listed = policy.document.models.classes[modelClass]?.models ?? []
  return { modelClass, model: listed.find((entry) => !entry.includes('*')) ?? policy.document.models.default }
}
