import type { SourceParser } from '@nodesecure/js-x-ray'
import { parseSync } from 'oxc-parser'
import { isScriptName } from './file-kinds.ts'

/**
 * The statements of a script or a module, TypeScript and JSX by its name, each node with its place: js-x-ray's own parser reads
 * no TypeScript and not all of today's JavaScript.
 *
 * @throws Error when it does not parse.
 */
export function parseScript(path: string, source: string): ReturnType<SourceParser['parse']> {
  const { program } = parsed(path, source)
  addPlaces(program.body, placesIn(source))
  return program.body as unknown as ReturnType<SourceParser['parse']>
}

/**
 * A script with its comments and the insides of its texts blanked out, line by line as it was: what runs, without what is only spoken of.
 *
 * @throws Error when it does not parse.
 */
export function codeOnly(path: string, source: string): string {
  const { program, comments } = parsed(path, source)
  const spoken = [...comments, ...textsIn(program.body)]
  const units = source.split('')
  for (const { start, end } of spoken) {
    for (let at = start; at < end; at++) if (units[at] !== '\n') units[at] = ' '
  }
  return units.join('')
}

function parsed(path: string, source: string) {
  // without an ending it is a script by its first line
  const result = parseSync(isScriptName(path) ? path : `${path}.ts`, source)
  const error = result.errors.find(({ severity }) => severity === 'Error')
  if (error) throw new Error(error.message)
  return result
}

interface Span {
  start: number
  end: number
}

function textsIn(node: unknown): Span[] {
  if (Array.isArray(node)) return node.flatMap(textsIn)
  if (typeof node !== 'object' || node === null) return []
  const { type, value, start, end } = node as { type?: unknown; value?: unknown } & Span
  if (type === 'TemplateElement') return [{ start, end }]
  if (type === 'Literal' && typeof value === 'string') return [{ start: start + 1, end: end - 1 }]
  return Object.values(node).flatMap(textsIn)
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
