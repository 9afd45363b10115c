import type { Severity } from './severity.ts'

/** One result of one vetter, judged. */
export interface VetFinding {
  vetter: string
  /** The vetter's id, `/`, and the rule's own id. */
  rule: string
  severity: Severity
  message: string
  /** Where it is; absent when the vetter named no place in the repository. */
  path?: string
  /** First line, counted from 1. */
  line?: number
  /** Whether the change made it: it lies on a changed line, or nothing says that it does not. */
  inChange: boolean
  /** Who lets it stand, and until when. */
  suppressed?: { by: string; until: string; because: string }
  /** Whether it keeps the change from being merged. */
  blocks: boolean
}
