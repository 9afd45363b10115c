import { sarifLog, type Spot, type VetRule } from '../sarif/sarif-log.ts'
import type { VetFile } from '../vetter/vet-subject.ts'
import type { Vetter } from '../vetter/vetter.ts'
import { changedText } from './changed-text.ts'
import { isPackageManifest, manifestSpots } from './package-manifest.ts'

const rules = {
  'install-script': {
    severity: 'high',
    about:
      'A script that runs by itself when somebody installs the package, before anybody has looked at it.',
  },
  'install-scripts-allowed': {
    severity: 'medium',
    about: 'A dependency may run scripts when it is installed.',
  },
  'dependency-source': {
    severity: 'high',
    about:
      'A dependency that comes from a URL, a git repository or a folder is not what a registry published.',
  },
  'new-dependency': {
    severity: 'low',
    about: 'A new dependency: somebody else decides what this program does.',
  },
  'manifest-unreadable': { severity: 'high', about: 'A manifest that cannot be read may name anything.' },
  'lockfile-host': {
    severity: 'high',
    about: 'A lockfile that fetches from a host that it did not use before.',
  },
  'lockfile-integrity': {
    severity: 'medium',
    about: 'A lockfile entry without TLS: what arrives may have been altered.',
  },
  submodule: { severity: 'medium', about: 'The code of a submodule is not part of this vet.' },
  'registry-changed': { severity: 'high', about: 'Packages come from another registry than before.' },
} as const satisfies Record<string, VetRule>

/** What comes in from outside: install scripts, new dependencies and their sources, hosts in lockfiles, registries. */
export const dependencies: Vetter = {
  id: 'dependencies',
  version: '1',
  applies: ({ files }) => files.some(isOurs),
  async run({ files }) {
    return sarifLog(dependencies, rules, files.filter(isOurs).flatMap(spotsIn))
  },
}

const isOurs = ({ path, kind }: VetFile) =>
  kind === 'submodule' ||
  (kind === 'file' && (isPackageManifest(path) || isLockfile(path) || isRegistryConfig(path)))

function spotsIn(file: VetFile): Spot[] {
  if (file.kind === 'submodule') {
    return [
      { rule: 'submodule', path: file.path, line: 1, message: 'vet the commit that this submodule names' },
    ]
  }
  if (isPackageManifest(file.path)) return manifestSpots(file)
  return isLockfile(file.path) ? lockfileSpots(file) : registrySpots(file)
}

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

const isLockfile = (path: string) =>
  /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|deno\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|Cargo\.lock|Gemfile\.lock|composer\.lock)$/.test(
    nameOf(path),
  )

const isRegistryConfig = (path: string) =>
  /^(?:\.npmrc|\.yarnrc(?:\.yml)?|pip\.conf|pnpm-workspace\.yaml|requirements[\w.-]*\.txt|bunfig\.toml)$/.test(
    nameOf(path),
  )

// Where the usual tools fetch from when nothing else is said.
const usualHosts: ReadonlySet<string> = new Set([
  'registry.npmjs.org',
  'registry.yarnpkg.com',
  'npm.jsr.io',
  'jsr.io',
  'pypi.org',
  'files.pythonhosted.org',
  'crates.io',
  'static.crates.io',
  'rubygems.org',
  'api.github.com',
  'repo.packagist.org',
  'packagist.org',
])

const links = /\b(https?|git\+\w+|git|ssh):\/\/(?:[^\s/@"']*@)?([\w.-]+)/g

function lockfileSpots(file: VetFile): Spot[] {
  const { path, before = '' } = file
  const known = new Set([...before.matchAll(links)].map(([, , host]) => host))
  return changedText(file).flatMap(({ line, text }): Spot[] => {
    // links to home pages and funding are no sources
    if (
      /^\s*"?(?:url|homepage|funding|deprecated|support|docs|source)"?\s*:/.test(text) &&
      !/\.tgz|\.zip|\.git/.test(text)
    )
      return []
    return [...text.matchAll(links)].flatMap(([, scheme, host = '']): Spot[] => [
      ...(usualHosts.has(host) || known.has(host)
        ? []
        : [{ rule: 'lockfile-host', path, line, message: `${host} was no source of this lockfile before` }]),
      ...(scheme === 'http' || scheme === 'git'
        ? [{ rule: 'lockfile-integrity', path, line, message: `${scheme}:// to ${host} is not protected` }]
        : []),
    ])
  })
}

const registry =
  /^\s*(?:(?:@[\w-]+:)?registry\s*=|npmRegistryServer\s*:|registry\s*[:=]|(?:-i|--(?:extra-)?index-url|--find-links|--trusted-host)\b|(?:extra-)?index-url\s*=)/i
const scriptsAllowed =
  /^\s*(?:ignore-scripts\s*=\s*false|enableScripts\s*:\s*true|dangerouslyAllowAllBuilds\s*:\s*true|unsafe-perm\s*=\s*true)/i

function registrySpots(file: VetFile): Spot[] {
  const { path } = file
  return changedText(file).flatMap(({ line, text }): Spot[] => {
    if (registry.test(text) && ![...usualHosts].some((host) => text.includes(`//${host}`)))
      return [
        {
          rule: 'registry-changed',
          path,
          line,
          message: `packages would come from elsewhere: ${text.trim().slice(0, 120)}`,
        },
      ]
    if (scriptsAllowed.test(text))
      return [
        { rule: 'install-scripts-allowed', path, line, message: 'install scripts of dependencies would run' },
      ]
    return []
  })
}
