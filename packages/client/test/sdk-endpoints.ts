import type { OpenAI } from 'openai'

/** One HTTP request that a method of the SDK makes. */
export interface SdkEndpoint {
  /** Such as `client.files.create`. */
  method: string
  verb: string
  url: URL
}

/**
 * Every request that the resources of an SDK client make: calls each method of each resource with made-up arguments and notes what reaches `fetch`.
 *
 * `makeClient` makes a client with the given fetch.
 */
export async function sdkEndpoints(makeClient: (fetch: typeof globalThis.fetch) => OpenAI): Promise<{
  endpoints: SdkEndpoint[]
  /** Methods that made no request. */
  silent: string[]
}> {
  const endpoints: SdkEndpoint[] = []
  const silent: string[] = []
  let current = ''
  const client = makeClient(async (input, init) => {
    const url = new URL(String(input))
    if (url.protocol === 'data:') return new Response('')
    endpoints.push({ method: current, verb: (init?.method ?? 'GET').toUpperCase(), url })
    return Response.json({ error: { message: 'enough' } }, { status: 400 })
  })
  for (const [name, resource] of resourcesOf(client, 'client', new Set([client]))) {
    for (const method of methodsOf(resource)) {
      current = `${name}.${method}`
      const before = endpoints.length
      const call = (resource as Record<string, (...args: unknown[]) => unknown>)[method]
      if (!call) continue
      const deadline = new Promise((resolve) => setTimeout(resolve, 1000).unref())
      // Helpers that poll or gather fail on the made-up answer; what they sent first is what counts.
      await Promise.race([attempt(() => call.apply(resource, argumentsFor(call))), deadline])
      if (endpoints.length === before) silent.push(current)
    }
  }
  return { endpoints, silent }
}

async function attempt(call: () => unknown): Promise<void> {
  try {
    const result = await call()
    const done = (result as { done?: unknown } | undefined)?.done
    if (typeof done === 'function') await (done as () => Promise<unknown>).call(result)
  } catch {
    // a 400, or arguments that will not do
  }
}

function resourcesOf(holder: object, name: string, seen: Set<unknown>): [string, object][] {
  return Object.entries(holder).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value !== 'object' || value === null || key.startsWith('_') || seen.has(value)) return []
    if (!('_client' in value)) return []
    seen.add(value)
    return [[`${name}.${key}`, value] as [string, object], ...resourcesOf(value, `${name}.${key}`, seen)]
  })
}

function methodsOf(resource: object): string[] {
  const names: string[] = []
  for (
    let at = Object.getPrototypeOf(resource) as object;
    at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object
  ) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (name !== 'constructor' && !name.startsWith('_')) names.push(name)
    }
  }
  return [...new Set(names)].filter(
    (name) => typeof (resource as Record<string, unknown>)[name] === 'function',
  )
}

/** A value for each parameter: a text for ids, an object that has every member for the rest. */
function argumentsFor(method: (...args: unknown[]) => unknown): unknown[] {
  const [, parameters = ''] = /^[^(]*\(([^)]*)\)/.exec(Function.prototype.toString.call(method)) ?? []
  return parameters
    .split(',')
    .map((parameter) => parameter.trim())
    .filter((parameter) => parameter !== '' && !parameter.startsWith('options'))
    .map((parameter) => (/(?:id|model|checkpoint|version)$/i.test(parameter) ? 'x' : everything()))
}

/** An object with a text for whatever is asked of it, and nothing to enumerate. */
const everything = (): object =>
  new Proxy(
    {},
    {
      get: (_target, key) =>
        typeof key === 'string' && key !== 'then' && key !== 'toJSON' ? `x_${key}` : undefined,
    },
  )
