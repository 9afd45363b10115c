import { readJsonBody, selectsModel, type NamedInBody } from './json-body.ts'

/** What a multipart body says of models and tools, and the text its digest is over. */
export interface ReadForm extends NamedInBody {
  /** Names and values in order; of files their name, type and size, and the content where it was read. */
  text: string
}

/**
 * Read a multipart body, JSON parts included (that is how a realtime session arrives).
 *
 * Returns `undefined` when a field that selects a model is there twice or is a file, or a JSON part cannot be read.
 */
export async function readForm(form: FormData): Promise<ReadForm | undefined> {
  const found = { models: [] as string[], tools: [] as string[] }
  const selectors = new Set<string>()
  const lines: string[] = []
  for (const [name, value] of form) {
    // `session[model]` is how a nested object arrives.
    const key = /\[([^\][]+)\]$/.exec(name)?.[1] ?? name
    if (selectsModel(key)) {
      if (typeof value !== 'string' || selectors.has(name)) return undefined
      selectors.add(name)
      found.models.push(value)
    }
    const text = await jsonText(value)
    if (text !== undefined) {
      const named = readJsonBody(text)
      if (!named) return undefined
      found.models.push(...named.models)
      found.tools.push(...named.tools)
    }
    lines.push(
      JSON.stringify(
        typeof value === 'string' ? [name, value] : [name, value.name, value.type, value.size, text],
      ),
    )
  }
  return { ...found, text: lines.join('\n') }
}

/** The text of a part that is JSON: a file by its type, a plain field by being an object. */
async function jsonText(value: string | File): Promise<string | undefined> {
  if (typeof value !== 'string')
    return /^application\/(?:[\w.+-]+\+)?json/i.test(value.type) ? value.text() : undefined
  if (!value.trimStart().startsWith('{')) return undefined
  try {
    JSON.parse(value)
    return value
  } catch {
    return undefined
  }
}
