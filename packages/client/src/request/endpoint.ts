/**
 * What a request to an endpoint can do.
 *
 * - `run`: makes a model run, or hands out what will; a request that names no model is refused.
 * - `names`: may name a model and may not; what it names is decided.
 * - `stored`: runs something kept at the provider that the request cannot show; refused.
 * - `batch`: runs the lines of a file; known only when the file passed through this guard.
 * - `upload`: carries a file, which may be the lines of a batch.
 * - `none`: runs no model.
 * - `unknown`: not in the table; refused unless the request names its models.
 */
export type EndpointKind = 'run' | 'names' | 'stored' | 'batch' | 'upload' | 'none' | 'unknown'

/** A rule for every endpoint that is not a plain read; `*` stands for one segment. */
const table: Record<Exclude<EndpointKind, 'unknown'>, readonly string[]> = {
  run: [
    '/responses',
    '/responses/compact',
    '/responses/input_tokens',
    '/chat/completions',
    '/completions',
    '/messages',
    '/messages/count_tokens',
    '/messages/batches',
    '/decisions',
    '/embeddings',
    '/moderations',
    '/images/generations',
    '/images/edits',
    '/images/variations',
    '/audio/speech',
    '/audio/transcriptions',
    '/audio/translations',
    '/videos',
    '/videos/characters',
    '/videos/edits',
    '/videos/extensions',
    '/videos/*/remix',
    '/fine_tuning/jobs',
    '/fine_tuning/alpha/graders/run',
    '/assistants',
    '/threads/runs',
    '/threads/*/runs',
    '/evals/*/runs',
    '/agents',
    '/agents/sessions',
    '/agents/automations',
    '/realtime/client_secrets',
    '/realtime/sessions',
    '/realtime/transcription_sessions',
    '/realtime/translations/client_secrets',
    '/realtime/calls',
    '/realtime/calls/*/accept',
    '/live/sessions',
    '/live/sessions/*/accept',
  ],
  names: [
    '/assistants/*',
    '/agents/*',
    '/agents/sessions/*',
    '/agents/automations/*',
    '/evals',
    '/evals/*',
    '/fine_tuning/alpha/graders/validate',
    '/chat/completions/*',
    '/vector_stores',
    '/vector_stores/*',
    '/vector_stores/*/search',
    '/threads',
    '/threads/*',
    '/threads/*/messages',
    '/threads/*/messages/*',
    '/threads/*/runs/*',
    '/conversations',
    '/conversations/*',
    '/conversations/*/items',
  ],
  stored: [
    '/chatkit/sessions',
    '/agents/sessions/*/events',
    '/live/sessions/*/fork',
    '/agents/automations/*/invocations',
    '/agents/automations/*/resume',
    '/threads/*/runs/*/submit_tool_outputs',
    '/fine_tuning/jobs/*/resume',
  ],
  batch: ['/batches'],
  upload: ['/files', '/uploads', '/uploads/*/parts', '/uploads/*/complete'],
  none: [
    '/oauth/token',
    '/responses/*/cancel',
    '/batches/*/cancel',
    '/uploads/*/cancel',
    '/evals/*/runs/*/cancel',
    '/fine_tuning/jobs/*/cancel',
    '/fine_tuning/jobs/*/pause',
    '/fine_tuning/checkpoints/*/permissions',
    '/threads/*/runs/*/cancel',
    '/chatkit/sessions/*/cancel',
    '/agents/automations/*/pause',
    '/agents/environments',
    '/agents/environments/*/files',
    '/agents/environments/templates',
    '/agents/environments/templates/*',
    '/audio/voices',
    '/audio/voice_consents',
    '/audio/voice_consents/*',
    '/containers',
    '/containers/*/files',
    '/content_provenance_checks',
    '/live/sessions/*/hangup',
    '/live/sessions/*/refer',
    '/live/sessions/*/reject',
    '/realtime/calls/*/hangup',
    '/realtime/calls/*/refer',
    '/realtime/calls/*/reject',
    '/skills',
    '/skills/*',
    '/skills/*/versions',
    '/vaults',
    '/vaults/*',
    '/vaults/*/credentials',
    '/vaults/*/credentials/*',
    '/vector_stores/*/files',
    '/vector_stores/*/files/*',
    '/vector_stores/*/file_batches',
    '/vector_stores/*/file_batches/*/cancel',
    '/webhook_endpoints',
    '/webhook_endpoints/*',
    '/webhook_endpoints/*/rotate_secret',
    '/webhook_endpoints/*/test',
    '/organization/**',
    '/projects/**',
  ],
}

interface Row {
  kind: EndpointKind
  segments: readonly string[]
}

const rows: readonly Row[] = Object.entries(table).flatMap(([kind, patterns]) =>
  patterns.map((pattern) => ({ kind: kind as EndpointKind, segments: pattern.split('/').slice(1) })),
)

const known = new Map(
  rows
    .filter((row) => !row.segments.some((segment) => segment.startsWith('*')))
    .map((row) => [row.segments.join('/'), row.kind]),
)
const shaped = rows.filter((row) => row.segments.some((segment) => segment.startsWith('*')))

const fits = (row: Row, segments: readonly string[]): boolean =>
  row.segments.at(-1) === '**'
    ? segments.length >= row.segments.length &&
      row.segments.slice(0, -1).every((part, at) => part === segments[at])
    : row.segments.length === segments.length &&
      row.segments.every((part, at) => part === '*' || part === segments[at])

/** What a request to this endpoint can do. `endpoint` is normalised, such as `/responses`; `method` is upper-case. */
export function endpointKind(method: string, endpoint: string): EndpointKind {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'DELETE') return 'none'
  const segments = endpoint.split('/').slice(1)
  return known.get(segments.join('/')) ?? shaped.find((row) => fits(row, segments))?.kind ?? 'unknown'
}

/**
 * What a request to this path can do, and at which endpoint. A path that is harmless as we read it, and ends as one that runs a model,
 * counts as the latter: the server may stand behind a longer base than ours, as Vertex does.
 */
export function endpointOf(
  method: string,
  { endpoint, tails }: { endpoint: string; tails: readonly string[] },
): { endpoint: string; kind: EndpointKind } {
  const kind = endpointKind(method, endpoint)
  if (kind !== 'none') return { endpoint, kind }
  const running = tails
    .map((tail) => ({ endpoint: tail, kind: endpointKind(method, tail) }))
    .find((tail) => tail.kind === 'run' || tail.kind === 'stored' || tail.kind === 'batch')
  return running ?? { endpoint, kind }
}
