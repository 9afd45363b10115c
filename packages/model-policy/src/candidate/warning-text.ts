import type { PolicyWarning } from '@policy/core'

/** One warning for people, with its place in the form that editors and terminals link. */
export function warningText({ message, remedy, place }: PolicyWarning): string {
  const { file = 'line', line, column, path } = place
  return `warning: ${[file, line, column].join(':')}: ${path === undefined ? '' : `${path}: `}${message}; ${remedy}\n`
}
