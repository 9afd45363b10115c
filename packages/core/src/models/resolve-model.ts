import { accessRank } from './access-rank.ts'
import { modelForms, withoutSnapshotDate, type ModelForm } from './model-forms.ts'
import type { ListedName, ModelTables, NamedClass } from './model-tables.ts'
import type { ModelMatch, ResolvedModel } from './resolved-model.ts'

// No provider's id comes near this; reading a longer name in every way is work an attacker would choose for us.
const longestName = 256

// What may stand for the star of an open pattern: the plain letters of real ids, and no way to write a look-alike.
const plainId = /^[a-z0-9.-]*$/

interface Match {
  modelClass: NamedClass
  match: ModelMatch
  matched: string
}

/**
 * The class of a model name. A listed name beats everything; of all else that claims the name, the most restrictive
 * class wins, and of equals the first found.
 *
 * An open class is reached by the exact bytes of what it lists, a dated snapshot of a listed id, or a listed prefix
 * before either. Every looser reading of the name can only gate.
 */
export function resolveModel(tables: ModelTables, name: string): ResolvedModel {
  const listed = tables.exact.get(name)
  if (listed) return listed.resolved
  if (name.length > longestName) return unknown(tables, name)

  const forms = modelForms(name)
  let strictest: Match | undefined
  for (const match of claims(tables, name, forms)) {
    if (!strictest || accessRank[match.modelClass.access] > accessRank[strictest.modelClass.access]) {
      strictest = match
    }
  }
  return strictest ? resolved(name, strictest) : unknown(tables, name, openLookAlike(tables, forms))
}

function* claims(tables: ModelTables, name: string, forms: readonly ModelForm[]): Generator<Match> {
  const exact = snapshotOrPrefixed(tables, name)
  if (exact) yield exact
  for (const { text, by } of forms) {
    for (const listed of tables.folded.get(text) ?? []) {
      if (listed.modelClass.access !== 'open') yield read(listed.modelClass, by, listed.name)
    }
  }
  for (const { pattern, matches, modelClass } of tables.patterns) {
    if (modelClass.access === 'open') {
      if (plainId.test(name) && matches(name)) yield { modelClass, match: 'pattern', matched: pattern }
      continue
    }
    const form = forms.find(({ text }) => matches(text))
    if (form)
      yield form.text === name
        ? { modelClass, match: 'pattern', matched: pattern }
        : read(modelClass, form.by, pattern)
  }
}

/** A dated snapshot of a listed id, or a listed prefix before an id or a snapshot, all byte for byte. */
function snapshotOrPrefixed(tables: ModelTables, name: string): Match | undefined {
  const snapshot = listedId(tables, name)
  if (snapshot) return { modelClass: snapshot.modelClass, match: 'snapshot', matched: snapshot.id }
  for (const { prefix, modelClass } of tables.prefixes) {
    const listed = name.startsWith(prefix) ? listedId(tables, name.slice(prefix.length)) : undefined
    if (listed?.modelClass === modelClass) return { modelClass, match: 'prefix', matched: listed.id }
  }
  return undefined
}

function listedId(tables: ModelTables, name: string): ListedName | undefined {
  const listed = tables.exact.get(name) ?? tables.exact.get(withoutSnapshotDate(name) ?? name)
  return listed?.kind === 'id' ? listed : undefined
}

const read = (modelClass: NamedClass, by: ModelForm['by'], matched: string): Match => ({
  modelClass,
  match: by === 'spelling' ? 'look-alike' : by,
  matched,
})

const openLookAlike = (tables: ModelTables, forms: readonly ModelForm[]): ListedName | undefined =>
  forms.flatMap(({ text }) => tables.folded.get(text) ?? [])[0]

function resolved(asked: string, { modelClass, match, matched }: Match): ResolvedModel {
  const { name, access, audit } = modelClass
  return { asked, id: asked, modelClass: name, access, audit, match, matched }
}

function unknown(tables: ModelTables, asked: string, like?: ListedName): ResolvedModel {
  return {
    asked,
    id: asked,
    modelClass: undefined,
    access: tables.unknown,
    audit: 'full',
    match: like ? 'look-alike' : 'unknown',
    matched: like?.name,
  }
}
