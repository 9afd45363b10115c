/** What a JSON body says of models and tools. */
export interface NamedInBody {
  models: readonly string[]
  tools: readonly string[]
}

const deepest = 256

/** Subtrees that hold the caller's own data or schemas: a `model` there selects nothing. */
const data = new Set([
  'metadata',
  'client_metadata',
  'parameters',
  'properties',
  'schema',
  'input_schema',
  'item_schema',
  'variables',
])

/** Keys that give a model hands without a place in `tools`, as the Messages API has them, with the type they amount to. */
const hosted = new Map([
  ['mcp_servers', ['mcp']],
  ['skills', ['skills']],
])

const isEmpty = (value: unknown) => value === null || (Array.isArray(value) && value.length === 0)

/** Whether a key selects a model: `model`, `models`, `model_id`, `fallbackModel`, in any case and spelling. */
export function selectsModel(key: string): boolean {
  // Most keys are told apart at once; only what could be spelt like it is normalised.
  return /odel|[^ -~]/i.test(key) && /model(?:s|[_-]?(?:id|name))?$/.test(key.normalize('NFKC').toLowerCase())
}

/**
 * Read a JSON body strictly: an object whose every key is seen.
 *
 * Returns `undefined` when it is not one object, nests deeper than 256, or repeats a key: parsers differ in which of two
 * equal keys wins, so nothing would show what the server reads.
 */
export function readJsonBody(text: string): NamedInBody | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const found: Found = { models: [], tools: [], keys: 0 }
  walk(value, found, 0, true)
  if (found.keys !== countKeys(text)) return undefined
  return { models: found.models, tools: found.tools }
}

interface Found {
  models: string[]
  tools: string[]
  keys: number
}

function walk(value: object, found: Found, depth: number, selecting: boolean): void {
  // A key below here is in the text and not among those found, so the body counts as unreadable.
  if (depth > deepest) return
  if (Array.isArray(value)) {
    for (const item of value)
      if (typeof item === 'object' && item !== null) walk(item, found, depth + 1, selecting)
    return
  }
  for (const [key, item] of Object.entries(value)) {
    found.keys += 1
    if (selecting && selectsModel(key)) found.models.push(...texts(item))
    if (selecting && key === 'tools') found.tools.push(...toolTypes(item))
    if (selecting && !isEmpty(item)) found.tools.push(...(hosted.get(key) ?? []))
    if (typeof item === 'object' && item !== null) walk(item, found, depth + 1, selecting && !data.has(key))
  }
}

/** Every text in a value: a model may stand in a list, or in an object that names it by an id. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []
}

function toolTypes(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((tool: unknown) => toolType(tool) ?? [])
}

/** The type of a tool. Some APIs take a bare name, and functions without a type; whatever else has none may be anything. */
function toolType(tool: unknown): string | undefined {
  if (typeof tool === 'string') return tool
  if (typeof tool !== 'object' || tool === null) return undefined
  if ('type' in tool && typeof tool.type === 'string') return tool.type
  return ('name' in tool && typeof tool.name === 'string') || 'function' in tool ? 'function' : 'unknown'
}

/**
 * How many keys a valid JSON text holds: its colons outside strings.
 *
 * A text that repeats a key has more keys than the tree made from it.
 */
function countKeys(text: string): number {
  let keys = 0
  let at = 0
  for (;;) {
    const quote = text.indexOf('"', at)
    const end = quote < 0 ? text.length : quote
    for (; at < end; at += 1) if (text[at] === ':') keys += 1
    if (quote < 0) return keys
    at = endOfString(text, quote + 1)
  }
}

/** The index after the closing quote of the string whose content starts at `from`. */
function endOfString(text: string, from: number): number {
  for (let quote = text.indexOf('"', from); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let backslash = quote - 1
    while (backslash >= from && text[backslash] === '\\') backslash -= 1
    if ((quote - backslash) % 2 === 1) return quote + 1
  }
  return text.length
}
