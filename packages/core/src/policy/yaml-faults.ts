import { isAlias, isMap, isNode, isScalar, isSeq, type Document } from 'yaml'

/** A fault of a YAML document that its grammar permits and a policy does not. */
export interface YamlFault {
  path: readonly (string | number)[]
  offset: number
  message: string
  remedy?: string
}

const mostAliases = 100

/** Keys given twice, keys that are no text, aliases that lead nowhere or are too many. Linear in the document. */
export function* yamlFaults(document: Document): Generator<YamlFault> {
  let aliases = 0
  yield* within(document.contents, [])

  function* within(node: unknown, path: YamlFault['path']): Generator<YamlFault> {
    const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
    if (isAlias(node)) {
      // Counted before it is resolved, which takes a walk through the document each time.
      if (++aliases > mostAliases) yield { path, offset, message: `more than ${mostAliases} aliases` }
      else if (!node.resolve(document)) yield unknownAnchor(path, offset, node.source)
    } else if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) yield* within(item, [...path, index])
    } else if (isMap(node)) {
      const seen = new Set<string>()
      for (const { key, value } of node.items) {
        const at = isNode(key) ? (key.range?.[0] ?? offset) : offset
        if (!isScalar(key) || typeof key.value !== 'string') {
          yield { path, offset: at, message: 'this key is not a text' }
          continue
        }
        const below = [...path, key.value]
        if (seen.has(key.value)) {
          yield { path: below, offset: at, message: `"${key.value}" is given twice; keep one of them` }
        }
        seen.add(key.value)
        yield* within(value, below)
      }
    }
  }
}

const unknownAnchor = (path: YamlFault['path'], offset: number, name: string): YamlFault => ({
  path,
  offset,
  message: `there is no anchor "${name}" before this`,
  remedy: `for the text itself, write "*${name}"`,
})
