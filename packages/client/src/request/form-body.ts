import { hash } from 'node:crypto'
import { foldKey } from './fold-key.ts'
import { readJsonField, readTextField, type NamedInBody } from './json-body.ts'
import type { ModelPlace } from './model-place.ts'

/** What a multipart body says of models and tools, and the text its digest is over. */
export interface ReadForm extends NamedInBody {
  /** Names and values in order; of files their name, type, the digest of their content, and JSON whole. */
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
    const content = typeof value === 'string' ? value : new Uint8Array(await value.arrayBuffer())
    const json = jsonText(value, content)
    const named =
      (json === undefined ? undefined : readJsonField(path, json, place)) ??
      (typeof value === 'string' && (json === undefined || prose.has(name))
        ? readTextField(path, value, place)
        : undefined)
    if (json !== undefined && !named) return undefined
    if (named) parts.push(named)
    if (readTextField(path, 'any', place).models.length > 0) {
      // `model[]` is a list and may come again; of two `model` servers take the one or the other
      if (typeof value !== 'string' || selectors.has(foldKey(name))) return undefined
      if (!name.endsWith('[]')) selectors.add(foldKey(name))
    }
    lines.push(
      JSON.stringify(
        typeof value === 'string'
          ? [name, value]
          : [name, value.name, value.type, hash('sha256', content), json],
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

/** The text of a part that is JSON, by its type or by how it begins; of one that is JSON in no UTF-8, a text that cannot be read. */
function jsonText(value: string | File, content: string | Uint8Array): string | undefined {
  if (typeof value === 'string' || typeof content === 'string')
    return beginsAsJson(String(content)) ? String(content) : undefined
  if (!/^application\/(?:[\w.+-]+\+)?json/i.test(value.type) && !fileBeginsAsJson(content)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    return ''
  }
}

// Control characters too: between them stand the letters of UTF-16.
const beginsAsJson = (text: string): boolean => /^[\s\p{Cc}\uFEFF]*[{[]/u.test(text)

/** Servers may skip any amount of spaces, and read other encodings by their mark or by their zeros. */
function fileBeginsAsJson(bytes: Uint8Array): boolean {
  const marked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  const content = marked ? bytes.subarray(2) : bytes
  const first = content.findIndex((byte) => byte > 0x20)
  if (first < 0) return false
  // of what begins with no ASCII, only these may be spaces or a mark: an image is not decoded for nothing
  const isSpace = [0xc2, 0xe1, 0xe2, 0xe3, 0xef].includes(content[first] ?? 0)
  const end = isSpace ? content.length : first + 1
  return beginsAsJson(new TextDecoder().decode(content.subarray(first, end)))
}
