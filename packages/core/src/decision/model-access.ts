import type { ModelTables } from '../models/model-tables.ts'
import type { ResolvedModel } from '../models/resolved-model.ts'
import { nearest } from '../policy/nearest.ts'
import type { Finding } from './finding.ts'

// Most calls ask for a name that the policy lists, for which resolving gives the same value every time.
const said = new WeakMap<ResolvedModel, Finding>()

/** What the class of a model says of a call: the floor under every rule. */
export function modelAccess(model: ResolvedModel, tables: ModelTables): Finding {
  const known = said.get(model)
  if (known) return known
  const finding = Object.freeze(findingOf(model, tables))
  said.set(model, finding)
  return finding
}

function findingOf(model: ResolvedModel, tables: ModelTables): Finding {
  const rule = 'model-access'
  const saw = `model ${describe(model)}`
  if (model.modelClass === undefined) return { rule, saw, ...unknownModel(model, tables) }
  const of = `class "${model.modelClass}"`
  switch (model.access) {
    case 'open':
      return { rule, saw, effect: 'allow', reason: `${of} is open` }
    case 'grant':
      return {
        rule,
        saw,
        effect: 'escalate',
        code: 'grant_required',
        reason: `${of} runs only under a grant`,
        remedy: 'ask a person: model-policy escalate',
      }
    case 'deny':
      return {
        rule,
        saw,
        effect: 'deny',
        code: 'model_denied',
        reason: `${of} is closed`,
        remedy: 'ask for a model of another class',
      }
  }
}

function unknownModel(
  { asked, access, match, matched }: ResolvedModel,
  tables: ModelTables,
): Omit<Finding, 'rule' | 'saw'> {
  const reason = `no class of the policy holds ${JSON.stringify(asked)}`
  const alike = match === 'look-alike' ? matched : undefined
  const meant = alike ?? nearest(asked, tables.exact.keys())
  const remedy =
    meant === undefined
      ? 'ask for a model that the policy lists, or list this one in a class'
      : alike === undefined
        ? `did you mean ${JSON.stringify(meant)}?`
        : `ask for ${JSON.stringify(meant)}, exactly so`
  return access === 'deny'
    ? { effect: 'deny', code: 'model_unknown', reason, remedy }
    : {
        effect: 'escalate',
        code: 'grant_required',
        reason: `${reason}, so it runs only under a grant`,
        remedy,
      }
}

const ways: Partial<Record<ResolvedModel['match'], string>> = {
  alias: 'alias of',
  deployment: 'deployment of',
  snapshot: 'snapshot of',
  prefix: 'names',
  'fine-tune': 'fine-tune of',
  pattern: 'matches',
  'look-alike': 'looks like',
}

function describe({ asked, match, matched, id }: ResolvedModel): string {
  const way = ways[match]
  if (way === undefined) return JSON.stringify(asked)
  const target = match === 'alias' || match === 'deployment' ? id : matched
  return `${JSON.stringify(asked)} (${way} ${target})`
}
