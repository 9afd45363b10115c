import { foldKey } from './fold-key.ts'
import { runningOf, type ModelPlace, type Running } from './model-place.ts'
import { selectsModel } from './selects-model.ts'

/** What a body says of models and tools. */
export interface NamedInBody extends Running {
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

/** What describes a function that the caller runs, as APIs have it that give its tools no type. */
const ofFunction = new Set([
  'function',
  'name',
  'description',
  'parameters',
  'input_schema',
  'strict',
  // the Messages API's
  'cache_control',
  'defer_loading',
  'eager_input_streaming',
  // as a remote server lists what it has
  'annotations',
])

const isEmpty = (value: unknown) => value === null || (Array.isArray(value) && value.length === 0)

/**
 * Read a JSON body strictly: an object whose every key is seen. `place` is where its endpoint takes the model from.
 *
 * Returns `undefined` when it is not one object, nests deeper than 256, or repeats a key, also in another case where keys
 * select: parsers differ in which of two equal keys wins, so nothing would show what the server reads.
 */
export function readJsonBody(text: string, place: ModelPlace): NamedInBody | undefined {
  const value = parsed(text)
  return Array.isArray(value) ? undefined : value && strictly(value, countKeys(text), place)
}

/** The same for a JSON object or list that stands in a form, in the field that `path` leads to. */
export function readJsonField(
  path: readonly string[],
  text: string,
  place: ModelPlace,
): NamedInBody | undefined {
  const value = parsed(text)
  return value && strictly(nested(path, value), path.filter(isKey).length + countKeys(text), place)
}

/** What plain text in the field of a form says. */
export function readTextField(path: readonly string[], text: string, place: ModelPlace): NamedInBody {
  const body = nested(path, text)
  const found = namesIn(body)
  return { models: found.models, tools: found.tools, ...runningOf(body, place) }
}

/** An object as the field of a form spells it: `tools[0][type]` is the type in the first of the tools. */
function nested(path: readonly string[], value: unknown): object {
  return path.reduceRight<unknown>(
    (inner, step) => (isKey(step) ? { [step]: inner } : [inner]),
    value,
  ) as object
}

const isKey = (step: string): boolean => !/^\d*$/.test(step)

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function strictly(body: object, keys: number, place: ModelPlace): NamedInBody | undefined {
  const found = namesIn(body)
  if (found.keys !== keys || found.clash || found.tooDeep) return undefined
  return { models: found.models, tools: found.tools, ...runningOf(body, place) }
}

function namesIn(body: object): Found {
  const found: Found = { models: [], tools: [], keys: 0, clash: false, tooDeep: false }
  walk(body, found, 0, true)
  return found
}

interface Found {
  models: string[]
  tools: string[]
  keys: number
  /** Whether two keys of one object differ in case only. */
  clash: boolean
  /** Whether it nests deeper than anybody follows. */
  tooDeep: boolean
}

function walk(value: object, found: Found, depth: number, selecting: boolean): void {
  found.tooDeep ||= depth > deepest
  if (found.tooDeep) return
  if (Array.isArray(value)) {
    for (const item of value)
      if (typeof item === 'object' && item !== null) walk(item, found, depth + 1, selecting)
    return
  }
  let mixed = false
  for (const [key, item] of Object.entries(value)) {
    found.keys += 1
    if (selecting) {
      const folded = foldKey(key)
      mixed ||= folded !== key
      if (selectsModel(key, depth)) found.models.push(...texts(item, depth))
      if (folded === 'tools') found.tools.push(...toolTypes(item))
      const acts = hosted.get(folded)
      if (acts && !isEmpty(item)) found.tools.push(...acts)
    }
    if (typeof item === 'object' && item !== null) {
      const { clash } = found
      walk(item, found, depth + 1, selecting && !data.has(key))
      if (key === 'input' && isToolUse(value)) found.clash = clash
    }
  }
  // of two keys that fold alike, one at least is not its own fold
  if (mixed) found.clash ||= clashes(value)
}

/** What a model once gave a tool is data, in which `X` and `x` may both stand. */
const isToolUse = (value: object): boolean =>
  'type' in value && typeof value.type === 'string' && value.type.endsWith('tool_use')

function clashes(value: object): boolean {
  const keys = Object.keys(value)
  return new Set(keys.map(foldKey)).size < keys.length
}

/** Every text in a value: a model may stand in a list, or in an object that names it by an id. */
function texts(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return [value]
  // what lies deeper makes the whole body unreadable
  if (typeof value !== 'object' || value === null || depth > deepest) return []
  return Object.values(value).flatMap((part) => texts(part, depth + 1))
}

function toolTypes(value: unknown): string[] {
  return value === null ? [] : (Array.isArray(value) ? value : [value]).map(toolType)
}

/** The type of a tool. Some APIs take a bare name, and functions without a type; whatever else has none may be anything. */
function toolType(tool: unknown): string {
  if (typeof tool === 'string') return tool
  if (typeof tool !== 'object' || tool === null) return 'unknown'
  if ('type' in tool && typeof tool.type === 'string') return tool.type
  const keys = Object.keys(tool)
  return keys.length > 0 && keys.every((key) => ofFunction.has(key)) ? 'function' : 'unknown'
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
