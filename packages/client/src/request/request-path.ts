/** A request's path, read the way servers read it. */
export interface RequestPath {
  /** The path below the API's base, such as `/responses`: decoded once, without doubled or trailing slashes. */
  endpoint: string
  /** What a server behind a longer base would see as its endpoint: every tail of the path, longest first. */
  tails: readonly string[]
  /** What the path names: a deployment (Azure), an engine (long ago), a model (Bedrock, Gemini, Vertex). */
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
  const models = segments.findLastIndex((segment) => /^models?$/i.test(segment))
  // Gemini's operation follows a colon.
  const model = models >= 0 ? segments[models + 1]?.split(':')[0] : undefined
  return { endpoint: tailFrom(base + 1), tails, model, isDeployment: false }
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
