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
  for (const step of [...path, undefined]) {
    if (!isObject(at)) break
    kept ??= Object.entries(at).find(([key, value]) => keeps(key, value))?.[0]
    if (step === undefined) return { kept, named: isNamed(at['model']) || isNamed(at['models']) }
    at = at[step]
  }
  return { kept, named: false }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

// A prompt may also be plain text.
const keeps = (key: string, value: unknown): boolean =>
  keeping.has(key) && (key === 'prompt' ? isObject(value) : value !== null && value !== '')

const isNamed = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(isNamed) : typeof value === 'string' && value !== ''
