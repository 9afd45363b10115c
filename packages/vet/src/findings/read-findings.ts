import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Log, PhysicalLocation, ReportingDescriptor, Result, Run } from 'sarif'
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
  const places = (result.locations ?? []).map((location) => placeOf(location.physicalLocation, root))
  const known = places.filter((place) => place !== undefined)
  const unplaced = known.length < places.length || places.length === 0
  const changed = known.find((place) => isChanged(place, subject))
  const shown = changed ?? known[0]
  return {
    vetter,
    rule: `${vetter}/${result.ruleId ?? rule?.id ?? 'unnamed'}`,
    severity: severityOf(
      result.level ?? rule?.defaultConfiguration?.level,
      result.properties?.['security-severity'] ?? rule?.properties?.['security-severity'],
    ),
    message: result.message.text ?? result.message.markdown ?? rule?.shortDescription?.text ?? 'no message',
    inChange: unplaced || changed !== undefined,
    ...(shown === undefined ? {} : { path: shown.path }),
    ...(shown === undefined || shown.first === 0 ? {} : { line: shown.first }),
  }
}

function ruleOf(result: Result, run: Run): ReportingDescriptor | undefined {
  const rules = run.tool.driver.rules ?? []
  return rules[result.ruleIndex ?? -1] ?? rules.find(({ id }) => id === result.ruleId)
}

/** A place in the repository; line 0 means the whole file. A place that is not there is none: the scanner meant another. */
function placeOf(location: PhysicalLocation | undefined, root: string | undefined): Place | undefined {
  const path = pathOf(location?.artifactLocation?.uri, root)
  if (path === undefined || (root !== undefined && !existsSync(join(root, path)))) return undefined
  const first = location?.region?.startLine
  if (typeof first !== 'number' || first < 1) return { path, first: 0, last: Infinity }
  return { path, first, last: Math.max(first, location?.region?.endLine ?? first) }
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
