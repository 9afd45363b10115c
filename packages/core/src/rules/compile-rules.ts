import type { PolicyDocument, RuleDocument } from '../policy/schema.ts'
import { agent } from './agent.ts'
import { branch } from './branch.ts'
import { changedFiles } from './changed-files.ts'
import { changedLines } from './changed-lines.ts'
import type { Condition } from './condition.ts'
import { endpoint } from './endpoint.ts'
import type { DeclaredNames } from './facts.ts'
import { model } from './model.ts'
import { modelClass } from './model-class.ts'
import { modules } from './modules.ts'
import { paths } from './paths.ts'
import { persona } from './persona.ts'
import { promptBytes } from './prompt-bytes.ts'
import { reasons } from './reasons.ts'
import { repo } from './repo.ts'
import { taskClass } from './task-class.ts'
import { tools } from './tools.ts'

/** A rule with its conditions ready to be tested; all of them must hold. */
export interface CompiledRule {
  id: string
  then: 'escalate' | 'deny'
  because: string
  conditions: readonly Condition[]
}

type When = RuleDocument['when']
type Wanted = { [Key in keyof When]-?: NonNullable<When[Key]> }

// The cheap and telling ones first: a rule is done with at its first condition that does not hold.
const makers: { [Key in keyof Wanted]: (wanted: Wanted[Key]) => Condition } = {
  modelClass,
  taskClass,
  persona,
  promptBytes,
  changedLines,
  changedFiles,
  modules,
  reasons,
  endpoint,
  tools,
  agent,
  model,
  repo,
  branch,
  paths,
}

/** Make a policy's rules ready for `decide`. */
export function compileRules(rules: readonly RuleDocument[]): CompiledRule[] {
  return rules.map(({ id, when, then, because }) => ({ id, then, because, conditions: conditionsOf(when) }))
}

/** The names that a policy's rules may be about. */
export function declaredNames({ personas, escalation, taskClasses }: PolicyDocument): DeclaredNames {
  return {
    personas: new Set([...personas, escalation.approvers.persona]),
    taskClasses: new Set(Object.keys(taskClasses)),
  }
}

function conditionsOf(when: When): Condition[] {
  const make = <Key extends keyof When>(key: Key): Condition[] => {
    const wanted = when[key]
    return wanted === undefined ? [] : [makers[key](wanted as Wanted[Key])]
  }
  return (Object.keys(makers) as (keyof When)[]).flatMap(make)
}
