import type { AuditEvent } from '@policy/core'
import { linePrefix } from './entry.ts'

/** What a line of a log holds. `torn`: not a whole record; when one follows the fragment on the same line, it is `salvaged`. */
export type ParsedLine =
  | { type: 'entry'; event: AuditEvent }
  | { type: 'blank' }
  | { type: 'torn'; salvaged: AuditEvent | undefined }

/** Read one line. A writer that died in mid-record leaves a fragment, to which another's record may have been glued. */
export function parseLine(line: string): ParsedLine {
  if (line.trim() === '') return { type: 'blank' }
  const event = eventIn(line)
  if (event) return { type: 'entry', event }
  const last = line.lastIndexOf(linePrefix)
  return { type: 'torn', salvaged: last > 0 ? eventIn(line.slice(last)) : undefined }
}

function eventIn(text: string): AuditEvent | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isEvent(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isEvent(value: unknown): value is AuditEvent {
  if (typeof value !== 'object' || value === null) return false
  const { specversion, id, type, time, data } = value as Record<string, unknown>
  return (
    specversion === '1.0' &&
    [id, type, time].every((field) => typeof field === 'string') &&
    typeof data === 'object' &&
    data !== null
  )
}
