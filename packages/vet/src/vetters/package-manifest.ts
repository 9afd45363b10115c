import type { Spot } from '../sarif/sarif-log.ts'
import type { VetFile } from '../vetter/vet-subject.ts'
import { changedLineOf } from './changed-text.ts'

/** Whether a path is a package's manifest for npm and its kin. */
export const isPackageManifest = (path: string) => /(?:^|\/)package\.json$/.test(path)

// npm runs these by itself on install; `prepare` and its neighbours only for the package at hand and for git dependencies,
// `dependencies` whenever it altered node_modules. The last is pnpm's.
const installScripts = [
  'preinstall',
  'install',
  'postinstall',
  'preprepare',
  'prepare',
  'postprepare',
  'prepublish',
  'dependencies',
  'pnpm:devPreinstall',
]
const groups = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']

/** What a manifest says now and did not say at the base. */
export function manifestSpots(file: VetFile): Spot[] {
  const { path } = file
  const now = manifestOf(file.text)
  if (now === undefined) {
    return [{ rule: 'manifest-unreadable', path, message: 'this package.json is no JSON object' }]
  }
  const then = manifestOf(file.before) ?? {}
  return [
    ...scriptSpots(file, now, then),
    ...dependencySpots(file, now, then),
    ...overrideSpots(file, now, then),
    ...allowedSpots(file, now, then),
  ]
}

function scriptSpots(file: VetFile, now: Table, then: Table): Spot[] {
  const [scripts, before] = [tableOf(now['scripts']), tableOf(then['scripts'])]
  return installScripts
    .filter((name) => scripts[name] !== undefined && scripts[name] !== before[name])
    .map((name) => ({
      rule: 'install-script',
      path: file.path,
      line: changedLineOf(file, `"${name}"`),
      message: `"${name}" runs by itself on install: ${JSON.stringify(scripts[name]).slice(0, 120)}`,
    }))
}

function dependencySpots(file: VetFile, now: Table, then: Table): Spot[] {
  const known = new Set(groups.flatMap((group) => Object.keys(tableOf(then[group]))))
  return groups.flatMap((group) => {
    const [is, was] = [tableOf(now[group]), tableOf(then[group])]
    return Object.entries(is).flatMap(([name, wanted]): Spot[] => {
      if (wanted === was[name]) return []
      const spot = { path: file.path, line: changedLineOf(file, `"${name}"`) }
      const source = String(wanted)
      return [
        ...(known.has(name)
          ? []
          : [{ ...spot, rule: 'new-dependency', message: `${name} is new (${group})` }]),
        ...(isForeign(source)
          ? [{ ...spot, rule: 'dependency-source', message: `${name} comes from ${source.slice(0, 120)}` }]
          : []),
      ]
    })
  })
}

/** Whether a version is a place instead: a URL, a git repository, a folder outside, `user/repository`. */
const isForeign = (source: string) =>
  /^(?:[a-z+]+:\/\/|git[@+:]|github:|gitlab:|bitbucket:|gist:|[\w.-]+\/[\w.-]+(?:#.*)?$)/i.test(source) ||
  /^(?:(?:file|link|portal):|\.{1,2}\/)/i.test(source)

/** Places that take the place of a dependency's dependencies, however deep they are written. */
function overrideSpots(file: VetFile, now: Table, then: Table): Spot[] {
  const listed = (manifest: Table) =>
    [manifest['overrides'], manifest['resolutions'], tableOf(manifest['pnpm'])['overrides']].flatMap(textsIn)
  const before = listed(then)
  return listed(now)
    .filter((source) => isForeign(source) && !before.includes(source))
    .map((source) => ({
      rule: 'dependency-source',
      path: file.path,
      line: changedLineOf(file, source),
      message: `an override comes from ${source.slice(0, 120)}`,
    }))
}

const textsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(textsIn)
      : []

function allowedSpots(file: VetFile, now: Table, then: Table): Spot[] {
  const listed = (manifest: Table) =>
    [tableOf(manifest['pnpm'])['onlyBuiltDependencies'], manifest['trustedDependencies']].flatMap((list) =>
      Array.isArray(list) ? list.map(String) : [],
    )
  const before = listed(then)
  return listed(now)
    .filter((name) => !before.includes(name))
    .map((name) => ({
      rule: 'install-scripts-allowed',
      path: file.path,
      line: changedLineOf(file, `"${name}"`),
      message: `${name} may run install scripts`,
    }))
}

type Table = Readonly<Record<string, unknown>>

const tableOf = (value: unknown): Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : {}

function manifestOf(text: string | undefined): Table | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : undefined
  } catch {
    return undefined
  }
}
