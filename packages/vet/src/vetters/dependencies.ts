import { sarifLog, type Spot, type VetRule } from '../sarif/sarif-log.ts'
import type { VetFile } from '../vetter/vet-subject.ts'
import type { Vetter } from '../vetter/vetter.ts'
import { changedLineOf, changedPieces } from './changed-text.ts'
import { isRegistryConfig } from './file-kinds.ts'
import { type LockfileFamily, lockfileFamily } from './lockfile-family.ts'
import { isPackageManifest, manifestSpots } from './package-manifest.ts'
import { type PackageSource, packageSources } from './package-source.ts'

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
  'manifest-unreadable': {
    severity: 'high',
    about: 'A manifest or lockfile that cannot be read may name anything.',
  },
  'lockfile-host': {
    severity: 'high',
    about: 'A lockfile that fetches from a place that the lockfiles of the base did not use.',
  },
  'lockfile-first': {
    severity: 'medium',
    about: 'A first lockfile, with nothing to hold its places against: later ones are held against them.',
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
  async run({ files, textsAtBase }) {
    const ours = files.filter(isOurs)
    const atBase = ours.some(({ path }) => namesSources(path)) ? await textsAtBase(namesSources) : new Map()
    return sarifLog(
      dependencies,
      rules,
      ours.flatMap((file) => spotsIn(file, atBase)),
    )
  },
}

const namesSources = (path: string) => lockfileFamily(path) !== undefined || isRegistryConfig(path)

const isCargoManifest = (path: string) => /(?:^|\/)(?:Cargo|\.cargo\/config)(?:\.toml)?$/.test(path)

const isNativeBuild = (path: string) => /(?:^|\/)binding\.gyp$/.test(path)

const isOurs = ({ path, kind }: VetFile) =>
  kind === 'submodule' ||
  (kind === 'file' &&
    (isPackageManifest(path) || isNativeBuild(path) || isCargoManifest(path) || namesSources(path)))

function spotsIn(file: VetFile, atBase: ReadonlyMap<string, string>): Spot[] {
  if (file.kind === 'submodule') {
    return [{ rule: 'submodule', path: file.path, message: 'vet the commit that this submodule names' }]
  }
  if (isPackageManifest(file.path)) return manifestSpots(file)
  if (isNativeBuild(file.path)) {
    const message = 'npm builds a package with this file by itself on install, and commands in it run'
    return [{ rule: 'install-script', path: file.path, line: changedLineOf(file, ''), message }]
  }
  if (isCargoManifest(file.path)) {
    return changedPieces(file)
      .filter(({ text }) => /\bgit["']?\s*=\s*["']/.test(text))
      .map(({ line, text }) => ({
        rule: 'dependency-source',
        path: file.path,
        line,
        message: `a crate comes from git: ${text.trim().slice(0, 120)}`,
      }))
  }
  const family = lockfileFamily(file.path)
  return family === undefined ? registrySpots(file, atBase) : lockfileSpots(file, family, atBase)
}

/** Places that no lockfile of the same family used at the base, wherever it lay. */
function lockfileSpots(file: VetFile, family: LockfileFamily, atBase: ReadonlyMap<string, string>): Spot[] {
  const { path, text } = file
  if (text === undefined) return [{ rule: 'manifest-unreadable', path, message: 'this lockfile is no text' }]
  const before = [...atBase].filter(([other]) => lockfileFamily(other) === family)
  const known = before.flatMap(([, content]) => packageSources(content, family))
  const isNew = ({ name }: PackageSource) => !known.some((other) => other.name === name)
  const sources = packageSources(text, family)
  return [
    ...sources.filter(isNew).map((source) => ({
      rule: before.length === 0 ? 'lockfile-first' : 'lockfile-host',
      path,
      line: changedLineOf(file, source.link),
      message: `${source.name} was no source of a lockfile for ${family} before`,
    })),
    ...sources
      .filter(
        ({ name, isProtected }) =>
          !isProtected && !known.some((other) => !other.isProtected && other.name === name),
      )
      .map(({ link }) => ({
        rule: 'lockfile-integrity',
        path,
        line: changedLineOf(file, link),
        message: `${link.slice(0, 120)} is not protected on its way`,
      })),
  ]
}

// npm reads quoted names, pip any beginning of an option that is one option's only, and a short one's value without a space.
const registry =
  /^\s*(?:["']?(?:@[^\s:="']+:)?registry["']?\s*[:=]|npmRegistryServer\s*:|-[if]|--(?:ex|i|f|t)[\w-]*|(?:extra-)?index-url\s*=)/i
const requirementByPlace =
  /^\s*(?:(?:-e|--ed[\w-]*)[\s=]*)?(?:[\w.-]+\s*(?:\[[^\]]*\])?\s*@\s*)?(?:git|hg|svn|bzr|https?|ftp|file)[+:]/i
const scriptsAllowed =
  /^\s*(?:ignore-scripts\s*=\s*false|enableScripts\s*:\s*true|dangerouslyAllowAllBuilds\s*:\s*true|unsafe-perm\s*=\s*true)/i

function registrySpots(file: VetFile, atBase: ReadonlyMap<string, string>): Spot[] {
  const { path } = file
  const known = new Set(
    [...atBase].flatMap(([other, content]) =>
      packageSources(content, lockfileFamily(other)).map(({ name }) => name),
    ),
  )
  const isKnown = (line: string) => {
    const sources = packageSources(line)
    return sources.length > 0 && sources.every(({ name }) => known.has(name))
  }
  const isRequirements = path.endsWith('.txt')
  return changedPieces(file).flatMap(({ line, text }): Spot[] => {
    if (isRequirements && requirementByPlace.test(text)) {
      const message = `a requirement comes from a place: ${text.trim().slice(0, 120)}`
      return [{ rule: 'dependency-source', path, line, message }]
    }
    if (registry.test(text) && !isKnown(text))
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
