import { PolicyError } from '@policy/core'

/**
 * A copy of a tool's input that nobody else holds a part of, so that what was decided about is what runs.
 *
 * @throws `authorization_denied` for memory that is shared even after copying; `DataCloneError` for what cannot be copied, such as a function.
 */
export function ownCopy<Input>(input: Input): Input {
  const copy = structuredClone(input)
  if (sharesMemory(copy, new Set())) {
    throw new PolicyError('authorization_denied', 'The input holds shared memory, which others can change.', {
      remedy: 'Give the tool a copy of the bytes.',
    })
  }
  return copy
}

function sharesMemory(value: unknown, seen: Set<object>): boolean {
  if (typeof value !== 'object' || value === null || seen.has(value)) return false
  seen.add(value)
  if (value instanceof SharedArrayBuffer) return true
  if (ArrayBuffer.isView(value)) return value.buffer instanceof SharedArrayBuffer
  const parts =
    value instanceof Map ? [...value].flat() : value instanceof Set ? [...value] : Object.values(value)
  return parts.some((part) => sharesMemory(part, seen))
}
