import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

/** The steps from the top of a document to one of its values: keys of maps, indexes of lists. */
export type Path = readonly (string | number)[]

/** A workflow or action file as plain values, anchors followed, and where each stands. */
export type WorkflowSource =
  | { type: 'read'; value: Record<string, unknown>; line: (path: Path) => number }
  | { type: 'unreadable'; message: string; line: number }

/** Read a workflow as GitHub does: duplicate keys and merge keys are faults, anchors are followed. Pure. */
export function readWorkflow(text: string): WorkflowSource {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' })
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line)
  const [fault] = document.errors
  if (fault) return { type: 'unreadable', message: fault.message, line: lineAt(fault.pos[0]) }
  const line = (path: Path) => {
    let node: unknown = document.contents
    let found = 0
    for (const step of path) {
      const parent = isAlias(node) ? node.resolve(document) : node
      const pair = isMap(parent)
        ? parent.items.find(({ key }) => isScalar(key) && key.value === step)
        : undefined
      const item = isSeq(parent) ? parent.items[Number(step)] : undefined
      const place = (pair?.key ?? item) as Node | undefined
      if (place?.range) found = place.range[0]
      node = pair ? pair.value : item
    }
    return lineAt(found)
  }
  let value: unknown
  try {
    value = document.toJS() // throws for aliases that grow without measure
  } catch (error) {
    return { type: 'unreadable', message: (error as Error).message, line: 1 }
  }
  if (!isRecord(value)) return { type: 'unreadable', message: 'it is no mapping', line: 1 }
  const merged = [...valuesOf(value)].find(({ path }) => path.at(-1) === '<<')
  if (merged) return { type: 'unreadable', message: 'GitHub takes no merge keys', line: line(merged.path) }
  return { type: 'read', value, line }
}

/** Whether a value is a mapping. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The values of a list; none of anything else. */
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** Every text within a value. */
export const textsOf = (value: unknown): string[] =>
  [...valuesOf(value)].map(({ value: found }) => found).filter((found) => typeof found === 'string')

/** What stands in `${{ }}` in a text. */
export const expressionsIn = (text: string): string[] =>
  [...text.matchAll(/\$\{\{([^]*?)\}\}/g)].map(([, expression = '']) => expression)

/** A value and all within it. What several anchors share is looked at once: it can be shared more often than anybody can look. */
function* valuesOf(
  value: unknown,
  at: Path = [],
  seen = new Set<unknown>(),
): Generator<{ path: Path; value: unknown }> {
  yield { path: at, value }
  if ((!isRecord(value) && !Array.isArray(value)) || seen.has(value)) return
  seen.add(value)
  for (const [key, item] of Object.entries(value)) yield* valuesOf(item, [...at, key], seen)
}
