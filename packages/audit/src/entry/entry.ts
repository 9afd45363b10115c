import { PolicyError, type AuditEvent } from '@policy/core'

/** An event and its line of the log: the exact UTF-8 text, without the LF that ends it. */
export interface AuditEntry {
  readonly event: AuditEvent
  readonly line: string
}

/** The longest a line may be, in bytes: what an entry bundle of C2SP tlog-tiles can hold. */
export const maximumLineBytes = 65_535

/** How every line of ours begins: a reader finds the start of a record by it, even after a torn one. */
export const linePrefix = '{"specversion":"1.0",'

/**
 * Write an event as its line. A line over 65,535 bytes has its list of paths cut, and `model_policy.paths_cut` says by how many.
 *
 * @throws {PolicyError} `audit_failed` when it is too long even so: nothing else may be left out.
 */
export function toEntry(event: AuditEvent): AuditEntry {
  // The envelope's order is part of the format, so it is written out here instead of taken from the object.
  const { id, source, type, time, subject, data } = event
  const line = JSON.stringify({ specversion: '1.0', id, source, type, time, subject, data })
  // A UTF-16 unit is at most three bytes of UTF-8, so short lines need no count.
  const excess = line.length * 3 <= maximumLineBytes ? 0 : Buffer.byteLength(line) - maximumLineBytes
  if (excess <= 0) return { event, line }
  const shorter = withPathsCut(event, excess)
  if (shorter) return toEntry(shorter)
  throw new PolicyError(
    'audit_failed',
    `An entry of type ${type} is ${excess + maximumLineBytes} bytes long; a line holds ${maximumLineBytes}.`,
    { remedy: 'Shorten its texts, such as the rationale.' },
  )
}

/** The event with enough paths left out to save `excess` bytes, or `undefined` when it has no paths to leave out. */
function withPathsCut(event: AuditEvent, excess: number): AuditEvent | undefined {
  const data: { 'model_policy.paths'?: readonly string[]; 'model_policy.paths_cut'?: number } =
    event.data as object
  const paths = data['model_policy.paths'] ?? []
  if (paths.length === 0) return undefined
  // The count itself takes room: 40 bytes hold its key and any number.
  let toSave = excess + 40
  let kept = paths.length
  while (kept > 0 && toSave > 0) {
    kept -= 1
    toSave -= Buffer.byteLength(JSON.stringify(paths[kept])) + 1
  }
  const cut = {
    'model_policy.paths': paths.slice(0, kept),
    'model_policy.paths_cut': (data['model_policy.paths_cut'] ?? 0) + paths.length - kept,
  }
  return { ...event, data: { ...event.data, ...cut } } as AuditEvent
}
