import { type Clock, PolicyError } from '@policy/core'
import { collectEvidence } from '../collect/collect-evidence.ts'
import type { CollectEvidenceOptions } from '../collect/collect-options.ts'
import { judge } from '../verdict/judge.ts'
import { errorVerdict, gravest, type Verdict } from '../verdict/verdict.ts'

/** How long a gate waits for checks that the policy names and that have not ended. */
export interface Patience {
  /** Milliseconds since 1970-01-01T00:00:00Z after which it waits no longer. */
  until: number
  clock: Clock
  /** Resolves when it is time to look again. */
  pause(): Promise<unknown>
}

/** Judge what is there now, and again while nothing but an unfinished check stands in the way. */
export async function gate(options: CollectEvidenceOptions, patience?: Patience): Promise<Verdict> {
  for (;;) {
    // What was valid at the first look may have expired or been revoked since.
    const verdict = await gateOnce(patience ? { ...options, now: patience.clock() } : options)
    const waits = verdict.findings.every(({ effect, code }) => effect !== 'fail' || code === 'check_pending')
    if (verdict.type !== 'fail' || !waits || patience === undefined || patience.clock() >= patience.until)
      return verdict
    await patience.pause()
  }
}

/** Collect the evidence and judge it. What goes wrong on the way is the verdict `error`, never a pass and never a throw. */
async function gateOnce(options: CollectEvidenceOptions): Promise<Verdict> {
  try {
    const collected = await collectEvidence(options)
    return gravest(collected.map(({ evidence, policy }) => judge(evidence, policy)))
  } catch (error) {
    if (PolicyError.is(error)) return errorVerdict(error.code, error.message, error.remedy)
    return errorVerdict('github_incomplete', error instanceof Error ? error.message : String(error))
  }
}
