import { type Clock, PolicyError } from '@policy/core'
import type { Log } from 'sarif'
import type { VetFinding } from '../findings/finding.ts'
import { readFindings, type UnjudgedFinding } from '../findings/read-findings.ts'
import { isAtLeast, severities, type Severity } from '../findings/severity.ts'
import { type Suppression, suppressionOf } from '../findings/suppression.ts'
import { checkSarif } from '../sarif/check-sarif.ts'
import type { Vetter } from './vetter.ts'
import type { VetSubject } from './vet-subject.ts'

/** How a change is vetted. */
export interface VetChangeOptions {
  vetters: readonly Vetter[]
  /** What people let stand; from the base of the change. @default none */
  suppressions?: readonly Suppression[]
  /** The mildest severity that blocks. @default 'high' */
  blockAt?: Exclude<Severity, 'none'>
  /** @default Date.now */
  clock?: Clock
}

/** A vetter that gave no result that counts. */
export interface VetFault {
  vetter: string
  message: string
}

/** What the vetters said of one head. */
export interface VetReport {
  /** What was vetted, as the subject names it: the report says nothing of any other commit. */
  head: string
  /** `failed` when a vetter gave no result that counts: then nothing is known to be clean. */
  verdict: 'clean' | 'blocked' | 'failed'
  /** Worst first. */
  findings: readonly VetFinding[]
  faults: readonly VetFault[]
  /** Every vetter that looked, as `id@version`. */
  vetters: readonly string[]
  /** All runs in one SARIF 2.1.0 log. */
  sarif: Log
}

/**
 * Vet a change: run every vetter that has something to look at, and judge what they found.
 *
 * Findings block from `blockAt` on when the change made them and nobody lets them stand. A vetter that rejects or gives anything but
 * the log of a finished scan makes the verdict `failed`.
 *
 * @throws `vet_failed` when there are no vetters.
 */
export async function vetChange(subject: VetSubject, options: VetChangeOptions): Promise<VetReport> {
  const { vetters, suppressions = [], blockAt = 'high', clock = Date.now } = options
  if (vetters.length === 0)
    throw new PolicyError('vet_failed', 'no vetter was given, so nothing can be clean')
  const now = clock()
  const looking = vetters.filter((vetter) => vetter.applies(subject))
  const outcomes = await Promise.all(looking.map((vetter) => runOne(vetter, subject)))
  const faults = outcomes.flatMap(({ fault }) => fault ?? [])
  const findings = outcomes
    .flatMap(({ found = [] }) => found)
    .map((finding) => judge(finding, suppressionOf(finding, suppressions, now), blockAt))
    .toSorted((one, other) => rank(other) - rank(one))
  const blocked = findings.some(({ blocks }) => blocks)
  return {
    head: subject.head,
    verdict: faults.length > 0 ? 'failed' : blocked ? 'blocked' : 'clean',
    findings,
    faults,
    vetters: looking.map(({ id, version }) => `${id}@${version}`),
    sarif: {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: outcomes.flatMap(({ log }) => log?.runs ?? []),
    },
  }
}

interface Outcome {
  log?: Log
  found?: UnjudgedFinding[]
  fault?: VetFault
}

async function runOne(vetter: Vetter, subject: VetSubject): Promise<Outcome> {
  try {
    const log = checkSarif(await vetter.run(subject), vetter.id)
    return {
      log,
      found: readFindings(log, {
        vetter: vetter.id,
        subject,
        ...(vetter.scansCheckout ? { root: await subject.checkout() } : {}),
      }),
    }
  } catch (error) {
    const message = PolicyError.is(error)
      ? error.message
      : `the vetter ${vetter.id} failed: ${error instanceof Error ? error.message : String(error)}`
    return { fault: { vetter: vetter.id, message } }
  }
}

function judge(
  finding: UnjudgedFinding,
  suppression: Suppression | undefined,
  blockAt: Severity,
): VetFinding {
  const { by, until, because } = suppression ?? {}
  return {
    ...finding,
    ...(by && until && because ? { suppressed: { by, until, because } } : {}),
    blocks: finding.inChange && isAtLeast(finding.severity, blockAt) && suppression === undefined,
  }
}

const rank = ({ blocks, severity }: VetFinding) =>
  severities.indexOf(severity) + (blocks ? severities.length : 0)
