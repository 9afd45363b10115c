import { countOf } from '@policy/core'
import type { AuditEntry } from '../entry/entry.ts'

/** An entry that a best-effort sink did not take. */
export interface SinkLoss {
  /** The sink's name. */
  sink: string
  entry: AuditEntry
  error: unknown
  /** How many this sink has lost so far. */
  lost: number
}

/** Tell of a loss as a process warning. */
export function warnOfLoss({ sink, lost, error }: SinkLoss): void {
  warn(`Audit sink ${sink} has lost ${countOf(lost, 'entry', 'entries')}: ${String(error)}`)
}

/** Tell somebody of a loss; when they fail to hear it, it becomes a process warning instead, and nothing else suffers. */
export async function tellOfLoss(
  loss: SinkLoss,
  onLoss: (loss: SinkLoss) => void | Promise<void>,
): Promise<void> {
  try {
    await onLoss(loss)
  } catch (error) {
    warnOfLoss(loss)
    warn(`onLoss itself failed: ${String(error)}`)
  }
}

/** Tell, as a process warning, of entries that a sink had taken and lost then: it does not say which. */
export function warnOfFlush(sink: string, error: unknown): void {
  warn(`Audit sink ${sink} has lost entries it had taken: ${String(error)}`)
}

function warn(message: string): void {
  process.emitWarning(message, { code: 'model_policy_audit' })
}
