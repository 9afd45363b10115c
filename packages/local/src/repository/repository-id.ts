const schemePorts: Readonly<Record<string, string>> = {
  'ssh:': '22',
  'git+ssh:': '22',
  'git:': '9418',
  'http:': '80',
  'https:': '443',
}

// `user@host:path`, git's own short form of ssh; one letter before the colon is a Windows drive.
const shortForm = /^(?:[^@/:]+@)?(\[[0-9a-fA-F:]+\]|[^@/:\s]{2,}):(?!\/\/)(.+)$/

/**
 * The id of a repository from the URL of its remote: lower-case host, path without `.git`, no scheme, user or usual port.
 *
 * `undefined` for a path on disk and for anything that names no host.
 *
 * @example repositoryIdOfRemote('git@github.com:acme/app.git') // 'github.com/acme/app'
 */
export function repositoryIdOfRemote(remote: string): string | undefined {
  const short = /^[a-z][a-z0-9+.-]*:\/\//i.test(remote) ? null : shortForm.exec(remote)
  const url = short ? `ssh://${short[1]}/${short[2]?.replace(/^\/+/, '')}` : remote
  if (!URL.canParse(url)) return undefined
  const { protocol, hostname, port, pathname } = new URL(url)
  const usualPort = schemePorts[protocol]
  const path = decoded(pathname)
    ?.replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '')
  if (usualPort === undefined || hostname === '' || !path) return undefined
  const host = hostname.toLowerCase()
  const id = `${host}${port === '' || port === usualPort ? '' : `:${port}`}/${path}`
  return isRepositoryId(id) ? id : undefined
}

/** Whether a value has the form of a repository id: a host, then one or more plain path steps, as in `github.com/acme/app`. */
export function isRepositoryId(value: string): boolean {
  const [host = '', ...steps] = value.split('/')
  return (
    /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?$/.test(host) &&
    steps.length > 0 &&
    steps.every((step) => step !== '.' && step !== '..' && /^[^\s\p{C}\\]+$/u.test(step))
  )
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
