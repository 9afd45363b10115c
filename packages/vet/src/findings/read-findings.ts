import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { ArtifactLocation, Log, PhysicalLocation, ReportingDescriptor, Result, Run } from 'sarif'
import type { VetSubject } from '../vetter/vet-subject.ts'
import type { VetFinding } from './finding.ts'
import { severityOf } from './severity.ts'

/** A finding before it is known whether anybody lets it stand. */
export type UnjudgedFinding = Omit<VetFinding, 'suppressed' | 'blocks'>

/**
 * The findings in a checked SARIF log, each with whether the change made it.
 *
 * Marks that say "suppressed in source" or "known before" are not looked at: whoever wrote the change wrote them too. A result
 * whose place cannot be told counts as made by the change.
 */
export function readFindings(log: Log, options: ReadFindingsOptions): UnjudgedFinding[] {
  return log.runs.flatMap((run) =>
    (run.results ?? [])
      .filter(({ kind = 'fail' }) => ['fail', 'open', 'review'].includes(kind))
      .map((result) => readFinding(result, run, options)),
  )
}

/** Whose log it is, and of what. */
export interface ReadFindingsOptions {
  /** Id of the vetter. */
  vetter: string
  subject: VetSubject
  /** The folder that was scanned, when it was one; places in it are checked to be there. */
  root?: string
}

interface Place {
  path: string
  first: number
  last: number
}

function readFinding(
  result: Result,
  run: Run,
  { vetter, subject, root }: ReadFindingsOptions,
): UnjudgedFinding {
  const rule = ruleOf(result, run)
  const places = (result.locations ?? []).map((location) =>
    placeOf(location.physicalLocation, run, subject, root),
  )
  const known = places.filter((place) => place !== undefined)
  const unplaced = known.length < places.length || places.length === 0
  const changed = known.find((place) => isChanged(place, subject))
  const shown = changed ?? known[0]
  return {
    vetter,
    rule: `${vetter}/${result.ruleId ?? result.rule?.id ?? rule?.id ?? 'unnamed'}`,
    severity: severityOf(
      // whose rule is not there says nothing about how bad it is
      result.level ?? (rule === undefined ? 'unknown' : rule.defaultConfiguration?.level),
      result.properties?.['security-severity'] ?? rule?.properties?.['security-severity'],
    ),
    message: result.message.text ?? result.message.markdown ?? rule?.shortDescription?.text ?? 'no message',
    inChange: unplaced || changed !== undefined,
    ...(shown === undefined ? {} : { path: shown.path }),
    ...(shown === undefined || shown.first === 0 ? {} : { line: shown.first }),
  }
}

/** The rule of a result: by its id where there is one, as an index may mean another (SARIF 2.1.0 §3.27.5 to §3.27.7, §3.52). */
function ruleOf(result: Result, { tool: { driver, extensions = [] } }: Run): ReportingDescriptor | undefined {
  const { rule, ruleId: id = rule?.id } = result
  const { index, name, guid } = rule?.toolComponent ?? {}
  const named = [driver, ...extensions].find(
    (component) =>
      (guid !== undefined && component.guid === guid) || (name !== undefined && component.name === name),
  )
  const rules = (index === undefined ? (named ?? driver) : extensions[index])?.rules ?? []
  const numbered = rules[rule?.index ?? result.ruleIndex ?? -1]
  if (id === undefined) return numbered
  const isMeant = (candidate: ReportingDescriptor) => candidate.id === id || id.startsWith(`${candidate.id}/`)
  const everywhere = [driver, ...extensions].flatMap((component) => component.rules ?? [])
  return [...(numbered === undefined ? [] : [numbered]), ...rules, ...everywhere].find(isMeant)
}

/** A place in the repository; line 0 means the whole file. A place that is not there is none: the scanner meant another. */
function placeOf(
  location: PhysicalLocation | undefined,
  run: Run,
  subject: VetSubject,
  root: string | undefined,
): Place | undefined {
  const path = pathOf(uriOf(location?.artifactLocation, run), root)
  if (path === undefined || (root !== undefined && !isFile(join(root, path)))) return undefined
  const { startLine: first = 0, endLine = first } = location?.region ?? {}
  if (first === 0) return { path, first, last: Infinity }
  const text = subject.files.find((file) => file.path === path)?.text
  if (!Number.isInteger(first) || first < 0 || first > (text?.split('\n').length ?? Infinity))
    return undefined
  return { path, first, last: Number.isInteger(endLine) ? Math.max(first, endLine) : Infinity }
}

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true

// Names that scanners give to the folder that they were started in, often without saying which it is.
const rootNames = /^%?(?:SRCROOT|ROOTPATH|PROJECTROOT)%?$/i

/** The URI of a place with the bases that it is relative to, `undefined` when one of them is not told (SARIF 2.1.0 §3.4.4, §3.14.14). */
function uriOf(location: ArtifactLocation | undefined, run: Run, depth = 0): string | undefined {
  const { uri, uriBaseId } = location ?? {}
  if (uri === undefined || uriBaseId === undefined || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(uri)) return uri
  const base = run.originalUriBaseIds?.[uriBaseId]
  if (base?.uri === undefined) return rootNames.test(uriBaseId) ? uri : undefined
  const above = depth < 8 ? uriOf(base, run, depth + 1) : undefined
  return above === undefined ? undefined : `${above.replace(/\/$/, '')}/${uri}`
}

/** The path that a URI means: relative to the top, or absolute below the folder that was scanned. */
function pathOf(uri: string | undefined, root: string | undefined): string | undefined {
  if (uri === undefined || uri === '') return undefined
  try {
    const plain = decodeURIComponent(uri.replace(/^file:\/\/(?:localhost)?(?=\/)/, ''))
    const below = root !== undefined && plain.startsWith(`${root}/`) ? plain.slice(root.length + 1) : plain
    const path = below.replace(/^(?:\.\/)+/, '')
    const steps = path.split('/')
    return /^[A-Za-z][A-Za-z0-9+.-]*:/.test(path) || steps.some((step) => ['', '.', '..'].includes(step))
      ? undefined
      : path
  } catch {
    return undefined
  }
}

function isChanged({ path, first, last }: Place, subject: VetSubject): boolean {
  const file = subject.files.find((candidate) => candidate.path === path)
  if (file === undefined) return false
  return (
    first === 0 ||
    file.text === undefined ||
    [...file.changedLines].some((line) => first <= line && line <= last)
  )
}
