import type { PolicyDocument } from '../policy/schema.ts'
import { fold } from './fold.ts'
import type { Access, AuditLevel, ResolvedModel } from './resolved-model.ts'
import { starPattern } from './star-pattern.ts'

/** A model class under its name. */
export interface NamedClass {
  name: string
  access: Access
  audit: AuditLevel
}

/** A name that a class lists in full. */
export interface ListedName {
  kind: 'id' | 'alias' | 'deployment'
  name: string
  /** The provider's id. */
  id: string
  modelClass: NamedClass
  /** What looking the name up gives, made once because most calls ask for a listed name. */
  resolved: ResolvedModel
}

/** A pattern that a class lists. */
interface ListedPattern {
  pattern: string
  matches: (text: string) => boolean
  modelClass: NamedClass
}

/** The models of a policy, ready for looking up. */
export interface ModelTables {
  /** Ids, aliases and deployments by their exact bytes. */
  exact: ReadonlyMap<string, ListedName>
  /** The same by what they look like. */
  folded: ReadonlyMap<string, readonly ListedName[]>
  patterns: readonly ListedPattern[]
  /** What may stand before an id of one class, byte for byte, such as `openai/`. */
  prefixes: readonly { prefix: string; modelClass: NamedClass }[]
  unknown: 'deny' | 'grant'
}

/** Make the tables that {@link resolveModel} looks names up in, once per policy. */
export function modelTables(models: PolicyDocument['models']): ModelTables {
  const exact = new Map<string, ListedName>()
  const folded = new Map<string, ListedName[]>()
  const patterns: ListedPattern[] = []
  const prefixes: { prefix: string; modelClass: NamedClass }[] = []
  for (const [className, body] of Object.entries(models.classes)) {
    const modelClass = { name: className, access: body.access, audit: body.audit }
    const list = (kind: ListedName['kind'], name: string, id: string) => {
      const resolved = Object.freeze({
        asked: name,
        id,
        modelClass: className,
        access: body.access,
        audit: body.audit,
        match: kind,
        matched: name,
      })
      const listed = { kind, name, id, modelClass, resolved }
      exact.set(name, listed)
      const key = fold(name)
      folded.set(key, [...(folded.get(key) ?? []), listed])
    }
    for (const entry of body.models) {
      if (entry.includes('*')) {
        // An open pattern is held against the bytes, so it must not be folded; a gating one against every reading.
        const pattern = body.access === 'open' ? entry : fold(entry)
        patterns.push({ pattern: entry, matches: starPattern(pattern), modelClass })
      } else list('id', entry, entry)
    }
    for (const [name, id] of Object.entries(body.aliases)) list('alias', name, id)
    for (const [name, id] of Object.entries(body.deployments)) list('deployment', name, id)
    for (const prefix of body.prefixes) prefixes.push({ prefix, modelClass })
  }
  return { exact, folded, patterns, prefixes, unknown: models.unknown }
}
