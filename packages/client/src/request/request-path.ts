/** A request's path, read the way servers read it. */
export interface RequestPath {
  /** The path below the API's base, such as `/responses`: decoded once, without doubled or trailing slashes. */
  endpoint: string
  /** What a server behind a longer base would see as its endpoint: every tail of the path, longest first. */
  tails: readonly string[]
  /** What the path names: a deployment (Azure), an engine (long ago), a model (Bedrock, Gemini, Vertex), an endpoint (Vertex, SageMaker). */
  model: string | undefined
  /** Whether that is a deployment or an engine, whose operation is the endpoint. */
  isDeployment: boolean
}

const version = /^v\d+(?:beta\d*)?$/

/**
 * Read a URL's path: drop what comes before the API's own part (`/v1`, `/openai`, `/openai/deployments/<name>`).
 *
 * Returns `undefined` for a path that servers may read in two ways, such as one with an encoded slash.
 */
export function readRequestPath(url: URL): RequestPath | undefined {
  const segments = segmentsOf(url.pathname)
  if (!segments) return undefined
  const tailFrom = (start: number) => `/${segments.slice(start).join('/')}`
  const tails = segments.map((_, start) => tailFrom(start))
  const named = segments.findIndex((segment) => /^(?:deployments|engines)$/i.test(segment))
  if (named >= 0 && segments.length > named + 2) {
    return { endpoint: tailFrom(named + 2), tails, model: segments[named + 1], isDeployment: true }
  }
  const versioned = segments.findLastIndex((segment) => version.test(segment))
  const base = versioned >= 0 ? versioned : segments.lastIndexOf('openai')
  return { endpoint: tailFrom(base + 1), tails, model: modelIn(segments), isDeployment: false }
}

/** The model that a path without a deployment names. Google's operations follow a colon, and what stands before it is what they run. */
function modelIn(segments: readonly string[]): string | undefined {
  const holder = segments.findLastIndex(
    (segment, at) =>
      /^(?:tuned)?models?$/i.test(segment) ||
      // of all endpoints, `openapi` takes its model from the body
      (/^endpoints$/i.test(segment) && !/^openapi$/i.test(segments[at + 1] ?? '')),
  )
  const named = segments[holder + 1]
  if (holder >= 0 && named !== undefined) return named.split(':')[0]
  return /^(.+):[a-z]+$/i.exec(segments.at(-1) ?? '')?.[1]
}

function segmentsOf(pathname: string): string[] | undefined {
  const raw = pathname.split('/').filter((segment) => segment !== '')
  if (/^[\w/.:~-]*$/.test(pathname)) return raw
  const decoded = raw.map(decodeOnce)
  // A second decoding, or a server that takes `\\` or `;` for a separator, would see another endpoint.
  return decoded.every((segment) => segment !== undefined && !/[/\\%;\p{Cc}]/u.test(segment))
    ? (decoded as string[])
    : undefined
}

function decodeOnce(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
