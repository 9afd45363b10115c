import type { Log } from 'sarif'
import type { VetSubject } from './vet-subject.ts'

/** One look at a change. It reports what it found; whether that blocks is decided elsewhere. */
export interface Vetter {
  /** Names it in reports and before its rules, such as `secrets`. */
  readonly id: string
  readonly version: string
  /** Whether the places it names lie in the subject's checkout. */
  readonly scansCheckout?: true
  /** Whether there is anything in the change for it to look at. */
  applies(subject: VetSubject): boolean
  /**
   * Look, and report as SARIF 2.1.0. A rejection is a fault of the vet, never a pass.
   */
  run(subject: VetSubject): Promise<Log>
}
