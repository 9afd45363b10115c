import type { PolicyDocument, RuleDocument } from '../policy/schema.ts'
import { agent } from './agent.ts'
import { branch } from './branch.ts'
import { changedFiles } from './changed-files.ts'
import { changedLines } from './changed-lines.ts'
import type { Condition, DeclaredNames } from './condition.ts'
import { endpoint } from './endpoint.ts'
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
const makers: { [Key in keyof Wanted]: (wanted: Wanted[Key], names: DeclaredNames) => Condition } = {
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

/** Make a policy's rules ready for {@link decide}. */
export function compileRules(document: PolicyDocument): CompiledRule[] {
  const names: DeclaredNames = {
    personas: new Set([...document.personas, document.escalation.approvers.persona]),
    taskClasses: new Set(Object.keys(document.taskClasses)),
  }
  return document.rules.map(({ id, when, then, because }) => ({
    id,
    then,
    because,
    conditions: conditionsOf(when, names),
  }))
}

function conditionsOf(when: When, names: DeclaredNames): Condition[] {
  const make = <Key extends keyof When>(key: Key): Condition[] => {
    const wanted = when[key]
    return wanted === undefined ? [] : [makers[key](wanted as Wanted[Key], names)]
  }
  return (Object.keys(makers) as (keyof When)[]).flatMap(make)
}
