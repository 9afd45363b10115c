import type { SourceParser } from '@nodesecure/js-x-ray'
import { parseSync } from 'oxc-parser'

/**
 * The statements of a script or a module, TypeScript and JSX by its name, each node with its place: js-x-ray's own parser reads
 * no TypeScript and not all of today's JavaScript.
 *
 * @throws Error when it does not parse.
 */
export function parseScript(path: string, source: string): ReturnType<SourceParser['parse']> {
  const { program, errors } = parseSync(path, source)
  const error = errors.find(({ severity }) => severity === 'Error')
  if (error) throw new Error(error.message)
  addPlaces(program.body, placesIn(source))
  return program.body as unknown as ReturnType<SourceParser['parse']>
}

type Places = (offset: number) => { line: number; column: number }

function placesIn(source: string): Places {
  const starts = [0]
  for (let end = source.indexOf('\n'); end !== -1; end = source.indexOf('\n', end + 1)) starts.push(end + 1)
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) }
  }
}

function addPlaces(node: unknown, placeOf: Places): void {
  if (Array.isArray(node)) {
    for (const item of node) addPlaces(item, placeOf)
  } else if (typeof node === 'object' && node !== null) {
    const { type, start, end } = node as { type?: unknown; start?: number; end?: number }
    const children = Object.values(node)
    if (typeof type === 'string' && start !== undefined && end !== undefined) {
      Object.assign(node, { loc: { start: placeOf(start), end: placeOf(end) } })
    }
    for (const child of children) addPlaces(child, placeOf)
  }
}
