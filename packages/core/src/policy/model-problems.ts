import { modelTables } from '../models/model-tables.ts'
import { resolveModel } from '../models/resolve-model.ts'
import { nearest } from './nearest.ts'
import type { Problem } from './problem.ts'
import type { PolicyDocument } from './schema.ts'

/** What the models part of a policy says that cannot be meant: names claimed twice, or that lead nowhere. */
export function modelProblems({ models, taskClasses }: PolicyDocument): Problem[] {
  return [
    ...claimedTwice(models),
    ...openPatterns(models),
    ...strayTargets(models),
    ...defaultProblems(models),
    ...taskClassProblems(models, taskClasses),
  ]
}

type Models = PolicyDocument['models']

function claimedTwice(models: Models): Problem[] {
  const owners = new Map<string, { modelClass: string; kind: string }>()
  const problems: Problem[] = []
  for (const [modelClass, body] of Object.entries(models.classes)) {
    const claim = (name: string, kind: string, path: Problem['path'], at: Problem['at']) => {
      const owner = owners.get(name)
      owners.set(name, owner ?? { modelClass, kind })
      if (!owner || (owner.modelClass === modelClass && owner.kind === kind)) return
      problems.push({
        path,
        at,
        message: `${JSON.stringify(name)} is ${owner.kind} of class "${owner.modelClass}" and ${kind} of class "${modelClass}"`,
        remedy: 'leave it in one of them',
      })
    }
    const here = ['models', 'classes', modelClass]
    for (const [index, entry] of body.models.entries()) {
      if (!entry.includes('*')) claim(entry, 'a model', [...here, 'models', index], 'value')
    }
    for (const alias of Object.keys(body.aliases))
      claim(alias, 'an alias', [...here, 'aliases', alias], 'key')
    for (const name of Object.keys(body.deployments)) {
      claim(name, 'a deployment', [...here, 'deployments', name], 'key')
    }
  }
  return problems
}

function openPatterns(models: Models): Problem[] {
  return Object.entries(models.classes).flatMap(([modelClass, { access, models: entries }]) =>
    entries.flatMap((entry, index): Problem[] =>
      access !== 'open' || /^[^*]+\*?$/.test(entry)
        ? []
        : [
            {
              path: ['models', 'classes', modelClass, 'models', index],
              at: 'value',
              message: `the pattern ${JSON.stringify(entry)} in an open class could open a model that nobody meant`,
              remedy:
                'an open class lists ids, or what ids begin with and one * at the end, such as "gpt-5*"',
            },
          ],
    ),
  )
}

/** Aliases and deployments that lead to a model of another class, or of none. */
function strayTargets(models: Models): Problem[] {
  const tables = modelTables(models)
  return Object.entries(models.classes).flatMap(([modelClass, body]) =>
    (['aliases', 'deployments'] as const).flatMap((section) =>
      Object.entries(body[section]).flatMap(([name, target]): Problem[] => {
        const found = resolveModel(tables, target)
        const direct = found.match !== 'alias' && found.match !== 'deployment'
        if (found.modelClass === modelClass && direct) return []
        const where =
          found.modelClass === undefined ? 'no class holds it' : `class "${found.modelClass}" holds it`
        const near = nearest(target, idsOf(body.models))
        return [
          {
            path: ['models', 'classes', modelClass, section, name],
            at: 'value',
            message: direct
              ? `${JSON.stringify(target)} is not a model of class "${modelClass}": ${where}`
              : `${JSON.stringify(target)} is itself a name for another model`,
            remedy:
              near === undefined
                ? `name one of the models of the class`
                : `did you mean ${JSON.stringify(near)}?`,
          },
        ]
      }),
    ),
  )
}

function defaultProblems(models: Models): Problem[] {
  const path = ['models', 'default']
  const wanted = models.default
  const found = resolveModel(modelTables(models), wanted)
  if (found.match === 'alias') {
    const remedy = `write ${JSON.stringify(found.id)}`
    return [{ path, at: 'value', message: `${JSON.stringify(wanted)} is an alias`, remedy }]
  }
  if (found.modelClass !== undefined) return []
  const ids = Object.values(models.classes).flatMap(({ models: entries }) => idsOf(entries))
  const near = nearest(wanted, ids)
  const remedy = near === undefined ? 'list it in a class' : `did you mean ${JSON.stringify(near)}?`
  return [{ path, at: 'value', message: `no class holds the model ${JSON.stringify(wanted)}`, remedy }]
}

function taskClassProblems(models: Models, taskClasses: PolicyDocument['taskClasses']): Problem[] {
  return Object.entries(taskClasses).flatMap(([taskClass, { model }]): Problem[] => {
    const path = ['taskClasses', taskClass, 'model']
    const modelClass = Object.hasOwn(models.classes, model) ? models.classes[model] : undefined
    if (!modelClass) {
      const classes = Object.keys(models.classes)
      const near = nearest(model, classes)
      return [
        {
          path,
          at: 'value',
          message: `there is no model class "${model}"`,
          remedy: near === undefined ? `classes: ${classes.join(', ')}` : `did you mean "${near}"?`,
        },
      ]
    }
    if (idsOf(modelClass.models).length > 0) return []
    return [
      {
        path,
        at: 'value',
        message: `class "${model}" lists only patterns, so no model can be chosen from it`,
        remedy: `add a model's full id to models.classes.${model}.models`,
      },
    ]
  })
}

const idsOf = (entries: readonly string[]) => entries.filter((entry) => !entry.includes('*'))
