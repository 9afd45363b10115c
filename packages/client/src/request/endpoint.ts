import { endpointTable, type EndpointKind } from './endpoint-table.ts'
import type { RequestPath } from './request-path.ts'

interface Row {
  kind: EndpointKind
  /** Lower case; `*` stands for any segment. */
  segments: readonly string[]
}

const rows: readonly Row[] = Object.entries(endpointTable).flatMap(([kind, patterns]) =>
  patterns.map((pattern) => ({ kind: kind as EndpointKind, segments: pattern.split('/').slice(1) })),
)

const known = new Map(
  rows.filter((row) => !row.segments.includes('*')).map((row) => [row.segments.join('/'), row]),
)
const shaped = rows.filter((row) => row.segments.includes('*'))

/** The row for an endpoint in any case: a server may not care for it, as Azure does not. */
function rowOf(endpoint: string): Row | undefined {
  const segments = endpoint.toLowerCase().split('/').slice(1)
  return (
    known.get(segments.join('/')) ??
    shaped.find(
      (row) =>
        row.segments.length === segments.length &&
        row.segments.every((part, at) => part === '*' || part === segments[at]),
    )
  )
}

/** Methods that ask for nothing to be done, as long as they bring no body; a deletion runs no model either. */
export const reads: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE'])

/** What a request to this endpoint can do. `endpoint` is normalised, such as `/responses`; `method` is upper-case. */
export const endpointKind = (method: string, endpoint: string): EndpointKind =>
  reads.has(method) ? 'none' : (rowOf(endpoint)?.kind ?? 'unknown')

/**
 * What a request to this path can do, and at which endpoint, spelt as in the table. The server may stand behind a longer base than we know,
 * as Vertex and gateways do: a path that ends as an endpoint that runs a model counts as that endpoint, unless the table knows the whole as such.
 */
export function endpointOf(
  method: string,
  { endpoint, tails, isDeployment }: Pick<RequestPath, 'endpoint' | 'tails' | 'isDeployment'>,
): { endpoint: string; kind: EndpointKind } {
  if (reads.has(method)) return { endpoint, kind: 'none' }
  const row = rowOf(endpoint)
  if (row && !open.has(row.kind)) return { endpoint: spelt(row, endpoint), kind: row.kind }
  // What follows a deployment may be more of its name.
  if (!row && isDeployment) return { endpoint, kind: 'unknown' }
  for (const tail of tails) {
    const running = isWord(row, tail) ? undefined : rowOf(tail)
    if (running && runs.has(running.kind)) return { endpoint: spelt(running, tail), kind: running.kind }
  }
  if (row) return { endpoint: spelt(row, endpoint), kind: row.kind }
  // Nothing shows that it is harmless here as well, but it tells where a model is named.
  const naming = tails.find((tail) => rowOf(tail)?.kind === 'names')
  const named = naming === undefined ? undefined : rowOf(naming)
  return { endpoint: naming !== undefined && named ? spelt(named, naming) : endpoint, kind: 'unknown' }
}

const open: ReadonlySet<EndpointKind> = new Set(['none', 'names'])
const runs: ReadonlySet<EndpointKind> = new Set(['run', 'stored', 'batch'])

/** Whether a tail begins with a word of the row's own, as `/messages` in `/threads/t/messages`: that needs no other explanation. */
const isWord = (row: Row | undefined, tail: string): boolean =>
  (row?.segments.at(1 - tail.split('/').length) ?? '*') !== '*'

const spelt = (row: Row, endpoint: string): string =>
  endpoint
    .split('/')
    .map((segment, at) => (at === 0 || row.segments[at - 1] === '*' ? segment : row.segments[at - 1]))
    .join('/')
