import { readJsonField, readTextField, type NamedInBody } from './json-body.ts'
import type { ModelPlace } from './model-place.ts'

/** What a multipart body says of models and tools, and the text its digest is over. */
export interface ReadForm extends NamedInBody {
  /** Names and values in order; of files their name, type and size, and the content where it was read. */
  text: string
}

/** Fields that people write in, so that what looks like the beginning of JSON may be none. */
const prose = new Set(['prompt', 'input', 'text', 'name', 'user'])

/**
 * Read a multipart body: fields that spell an object (`session[model]`, `models[]`), and JSON in fields and files, whatever their type says.
 *
 * Returns `undefined` when a field that selects a model is there twice or is a file, or a JSON part cannot be read.
 */
export async function readForm(form: FormData, place: ModelPlace): Promise<ReadForm | undefined> {
  const parts: NamedInBody[] = []
  const selectors = new Set<string>()
  const lines: string[] = []
  for (const [name, value] of form) {
    const path = stepsOf(name)
    const json = await jsonText(value)
    const named =
      (json === undefined ? undefined : readJsonField(path, json, place)) ??
      (typeof value === 'string' && (json === undefined || prose.has(name))
        ? readTextField(path, value, place)
        : undefined)
    if (json !== undefined && !named) return undefined
    if (named) parts.push(named)
    if (readTextField(path, 'any', place).models.length > 0) {
      // `model[]` is a list and may come again; of two `model` servers take the one or the other
      if (typeof value !== 'string' || selectors.has(name)) return undefined
      if (!name.endsWith('[]')) selectors.add(name)
    }
    lines.push(
      JSON.stringify(
        typeof value === 'string' ? [name, value] : [name, value.name, value.type, value.size, json],
      ),
    )
  }
  return {
    models: parts.flatMap(({ models }) => models),
    tools: parts.flatMap(({ tools }) => tools),
    kept: parts.find(({ kept }) => kept !== undefined)?.kept,
    named: parts.some(({ named }) => named),
    text: lines.join('\n'),
  }
}

/** The steps that a field's name spells: `session[audio][]` and `session.audio` are read by servers as a path. */
function stepsOf(name: string): string[] {
  const [first = '', ...rest] = name.split(/[[.]/)
  return [first, ...rest.map((step) => step.replace(/\]$/, ''))]
}

/** The text of a part that is JSON, by its type or by how it begins. */
async function jsonText(value: string | File): Promise<string | undefined> {
  if (typeof value === 'string') return beginsAsJson(value) ? value : undefined
  const isJson =
    /^application\/(?:[\w.+-]+\+)?json/i.test(value.type) || beginsAsJson(await value.slice(0, 1024).text())
  return isJson ? value.text() : undefined
}

const beginsAsJson = (text: string): boolean => /^[\s\uFEFF]*[{[]/.test(text)
