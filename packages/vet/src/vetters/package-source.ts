import type { LockfileFamily } from './lockfile-family.ts'

/** A place that packages come from. */
export interface PackageSource {
  /** What two places are compared by: the host; where a repository is meant its path too, since on a code host anybody may have one. */
  name: string
  /** As it is written. */
  link: string
  isProtected: boolean
}

/** The places that the text of a lockfile, or of a registry's configuration, fetches from; each name once. */
export function packageSources(text: string, family?: LockfileFamily): PackageSource[] {
  const strings = fetchedStrings(text) ?? [unescaped(text.replaceAll(/^\s*deprecated:.*$/gm, ''))]
  const found = strings.flatMap((string) => string.match(links) ?? []).map((link) => sourceOf(link, family))
  return [...new Map(found.map((source) => [`${source.name} ${source.isProtected}`, source])).values()]
}

const links =
  /\b(?:[a-z][a-z0-9+.-]*:\/\/|git@(?=[\w.-]+:)|(?:file|github|gitlab|bitbucket|gist):(?=[\w.~@/-]))[^\s"'<>{},`]+/gi

// What tells people something; no installer fetches it.
const told = /^(?:authors|bugs|deprecated|description|funding|homepage|license|notification-url|support)$/
// Members of these are packages by their names, whatever those are.
const packageLists = /dependencies$|^(?:packages|requires|default|develop)$/i

/** The strings of a JSON document, but those that only tell something; `undefined` when it is none. */
function fetchedStrings(text: string): string[] | undefined {
  const walk = (value: unknown, under: string): string[] => {
    if (typeof value === 'string') return [value]
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value)
      .filter(([name]) => packageLists.test(under) || !told.test(name))
      .flatMap(([name, member]) => [name, ...walk(member, name)])
  }
  try {
    return walk(JSON.parse(text), '')
  } catch {
    return undefined
  }
}

/** Text with the escapes of quoted YAML and TOML read, so that no link hides behind them. */
const unescaped = (text: string) =>
  text
    .replaceAll(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4}))/gi, (_all, two?: string, four?: string) =>
      String.fromCharCode(Number.parseInt(two ?? four ?? '', 16)),
    )
    .replaceAll('\\/', '/')

function sourceOf(link: string, family: LockfileFamily | undefined): PackageSource {
  const [, scheme = '', rest = ''] = /^([a-z0-9+.-]+):\/\/(.*)$/i.exec(link) ?? []
  // `git@host:path` and short names such as `github:user/name` say by themselves what they mean
  if (scheme === '') return { name: link.replace(/(?:\.git)?(?:#.*)?$/, ''), link, isProtected: true }
  const isProtected = !/(?:^|\+)(?:http|git)$/i.test(scheme)
  try {
    const { host, pathname } = new URL(`https://${rest}`)
    // Composer names a repository for each package by design, so only its hosts tell anything.
    const repository = family === 'php' ? undefined : repositoryOf(scheme, pathname)
    return { name: repository === undefined ? host : host + repository, link, isProtected }
  } catch {
    return { name: link, link, isProtected }
  }
}

/** The repository that a link means, by its form: git's own links, and archives as code hosts make them. */
function repositoryOf(scheme: string, pathname: string): string | undefined {
  const git = /^(?:git(?:\+.*)?|ssh)$/i.test(scheme) ? pathname : /^.*\.git(?=\/?$)/i.exec(pathname)?.[0]
  if (git !== undefined) return git.replace(/(?:\.git)?\/?$/i, '')
  if (/\/-\/[^/]+\.tgz$/.test(pathname)) return undefined
  return /^(\/.+?)\/(?:-\/)?(?:archive|tar\.gz|legacy\.tar\.gz|tarball)\//.exec(pathname)?.[1]
}
