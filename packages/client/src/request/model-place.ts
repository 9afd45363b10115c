import { foldKey } from './fold-key.ts'

/** Where the requests of an endpoint name the model that runs. */
export interface ModelPlace {
  /** The members that lead there; none for the top of the body. */
  path: readonly string[]
  /** Whether the endpoint always runs something kept at the provider. */
  alwaysKept?: true
}

const top: ModelPlace = { path: [] }
const session: ModelPlace = { path: ['session'] }
const automation: ModelPlace = { path: ['target', 'agent'] }

/** The line of a batch: a request in `body`. */
export const batchLine: ModelPlace = { path: ['body'] }

/** The place for an endpoint, such as `/agents/sessions`. */
export function modelPlace(endpoint: string): ModelPlace {
  if (/^\/realtime\/(?:calls|client_secrets|translations\/client_secrets)$/.test(endpoint)) return session
  if (/^\/live\/sessions(?:\/[^/]+\/accept)?$/.test(endpoint)) return session
  if (/^\/agents\/sessions(?:\/[^/]+)?$/.test(endpoint)) return { path: ['agent'] }
  if (/^\/agents\/automations(?:\/[^/]+)?$/.test(endpoint)) return automation
  // its graders were named where the eval was made
  if (/^\/evals\/[^/]+\/runs$/.test(endpoint)) return { path: ['data_source'], alwaysKept: true }
  return top
}

/** Keys that make the provider run, or go on with, something it keeps, with the model that was named then. */
const keeping = new Set([
  'prompt',
  'prompt_id',
  'previous_response_id',
  'conversation',
  'assistant_id',
  'agent_id',
  'session_id',
  'workflow',
])

/** What a body says of the model that runs: what is kept at the provider and runs by it, and whether the body names a model in the place for it. */
export interface Running {
  /** The key, such as `prompt`. */
  kept: string | undefined
  /** A model named elsewhere, such as that of a tool, leaves the kept one in force. */
  named: boolean
}

/** Look where the model that runs is named. */
export function runningOf(body: object, { path, alwaysKept }: ModelPlace): Running {
  let kept = alwaysKept && 'what was made before'
  let at: unknown = body
  let isExact = true
  for (const step of path) {
    if (!isObject(at)) break
    kept ??= keptIn(at)
    const [key, next] = Object.entries(at).find(([name]) => foldKey(name) === step) ?? []
    // what runs counts under any spelling; what names it, as every server reads it
    isExact &&= key === step
    at = next
  }
  if (!isObject(at)) return { kept, named: false }
  kept ??= keptIn(at)
  const { model } = at
  return { kept, named: isExact && typeof model === 'string' && model !== '' }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const keptIn = (at: object): string | undefined =>
  Object.entries(at).find(([key, value]) => keeps(key, value))?.[0]

function keeps(key: string, value: unknown): boolean {
  const folded = foldKey(key)
  // A prompt may also be plain text.
  return keeping.has(folded) && (folded === 'prompt' ? isObject(value) : value !== null && value !== '')
}
