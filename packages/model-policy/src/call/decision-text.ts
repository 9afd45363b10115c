import { type Decision, type Finding, PolicyError } from '@policy/core'

const words = { allow: 'allowed', escalate: 'needs a person', deny: 'denied' } as const

/** A decision for people: what, why, and what would change it. */
export function decisionText(model: string, decision: Decision): string {
  const resolved = decision.type === 'allow' ? decision.model : decision.models[0]
  const sentAs = resolved && resolved.id !== model ? ` (${resolved.id})` : ''
  const head = `${model}${sentAs}: ${words[decision.type]}`
  if (decision.type === 'allow') {
    const { modelClass, audit, grant } = { ...decision.model, ...decision }
    const under = grant === undefined ? '' : `, under grant ${grant.jti} by ${grant.sub}`
    return `${head}, class ${modelClass}, recorded ${audit === 'full' ? 'in full' : 'as a summary'}${under}\n`
  }
  const said = decision.findings.find(
    (finding) => finding.remedy !== undefined && finding.code === decision.code,
  )
  const { remedy } = said ?? new PolicyError(decision.code, decision.reason)
  return `${head} [${decision.code}]\n  because ${decision.reason}\n  next: ${remedy}\n`
}

/** One finding for people: its effect, what it saw, why, and what would change it. */
export function findingText({ rule, effect, saw, reason, remedy }: Finding): string {
  // a crossed threshold decides nothing, and is what a person decides by: `none` would read as if it were not crossed
  const did = rule.startsWith('threshold:') ? 'crossed' : effect
  const lines = [`  ${did.padEnd(8)} ${rule}`, `           saw ${saw}`, `           ${reason}`]
  return `${[...lines, ...(remedy === undefined ? [] : [`           to change it: ${remedy}`])].join('\n')}\n`
}
