import { modelTables } from '../models/model-tables.ts'
import { resolveModel } from '../models/resolve-model.ts'
import { globProblem } from './glob-problem.ts'
import { nearest } from './nearest.ts'
import type { Problem } from './problem.ts'
import type { PolicyDocument, RuleDocument } from './schema.ts'

/** What the rules of a policy say that cannot be meant: names that do not exist, conditions that never hold at once. */
export function ruleProblems(document: PolicyDocument): Problem[] {
  const ids = new Set<string>()
  return document.rules.flatMap((rule, index) => {
    const path = ['rules', index]
    const again = ids.has(rule.id)
    ids.add(rule.id)
    return [
      ...(again
        ? [wrong([...path, 'id'], `two rules are called "${rule.id}"`, 'give each rule its own id')]
        : []),
      ...unknownNames(document, rule, path),
      ...patternProblems(rule, path),
      ...contradictions(document, rule, path),
    ]
  })
}

const wrong = (path: Problem['path'], message: string, remedy: string): Problem => ({
  path,
  at: 'value',
  message,
  remedy,
})

function unknownNames(document: PolicyDocument, { when }: RuleDocument, path: Problem['path']): Problem[] {
  const personas = [...document.personas, document.escalation.approvers.persona]
  const tables = modelTables(document.models)
  const ids = [...tables.exact.keys()]
  const models = when.model?.filter((name) => !name.includes('*')) ?? []
  return [
    ...unlisted([...path, 'when', 'persona'], when.persona, personas, 'persona', 'add it to personas'),
    ...unlisted(
      [...path, 'when', 'taskClass'],
      when.taskClass,
      Object.keys(document.taskClasses),
      'task class',
    ),
    ...unlisted(
      [...path, 'when', 'modelClass'],
      when.modelClass,
      Object.keys(document.models.classes),
      'model class',
    ),
    ...models
      .filter((name) => resolveModel(tables, name).modelClass === undefined)
      .map((name) => {
        const near = nearest(name, ids)
        const remedy = near === undefined ? 'list it in a class' : `did you mean ${JSON.stringify(near)}?`
        return wrong([...path, 'when', 'model'], `no class holds the model ${JSON.stringify(name)}`, remedy)
      }),
  ]
}

function unlisted(
  path: Problem['path'],
  wanted: readonly string[] = [],
  known: readonly string[],
  what: string,
  otherwise = `known: ${known.join(', ') || 'none'}`,
): Problem[] {
  return wanted
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearest(name, known)
      return wrong(
        path,
        `there is no ${what} "${name}"`,
        near === undefined ? otherwise : `did you mean "${near}"?`,
      )
    })
}

const texts = ['agent', 'repo', 'branch', 'endpoint', 'tools'] as const

function patternProblems({ when }: RuleDocument, path: Problem['path']): Problem[] {
  const globs = (when.paths ?? []).flatMap((glob) => {
    const found = globProblem(glob)
    return found ? [wrong([...path, 'when', 'paths'], found.message, found.remedy)] : []
  })
  const negated = texts.flatMap((key) =>
    (when[key] ?? [])
      .filter((pattern) => pattern.startsWith('!'))
      .map((pattern) =>
        wrong(
          [...path, 'when', key],
          `the pattern ${JSON.stringify(pattern)} says what not to match`,
          'list what the rule is about: only * is special here',
        ),
      ),
  )
  return [...globs, ...negated]
}

/** A rule about models that are all outside the classes it is about never matches. */
function contradictions(
  { models }: PolicyDocument,
  { id, when }: RuleDocument,
  path: Problem['path'],
): Problem[] {
  const { model: names, modelClass: classes } = when
  if (!names || !classes || names.some((name) => name.includes('*'))) return []
  const tables = modelTables(models)
  const held = names.map((name) => resolveModel(tables, name).modelClass)
  if (held.some((modelClass) => modelClass === undefined || classes.includes(modelClass))) return []
  return [
    wrong(
      [...path, 'when'],
      `rule "${id}" never matches: ${names.join(', ')} is in class ${held.join(', ')}, not in ${classes.join(', ')}`,
      'leave out model or modelClass',
    ),
  ]
}
