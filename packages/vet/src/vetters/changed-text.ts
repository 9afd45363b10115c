import type { VetFile } from '../vetter/vet-subject.ts'

// What is longer than any line people write is data; patterns look at its beginning only, so that no line can hold up the vet.
const longestLine = 20_000

/** The changed lines of a file, with their numbers. */
export function changedText({ text, changedLines }: VetFile): { line: number; text: string }[] {
  if (text === undefined || changedLines.size === 0) return []
  const lines = text.split('\n')
  return [...changedLines]
    .toSorted((one, other) => one - other)
    .map((line) => ({ line, text: (lines[line - 1] ?? '').slice(0, longestLine) }))
}

/** The number of the first changed line that holds a text, else of the first line that does, else 1. */
export function lineOf(file: VetFile, text: string): number {
  const changed = changedText(file).find((candidate) => candidate.text.includes(text))
  if (changed) return changed.line
  const index = file.text?.split('\n').findIndex((line) => line.includes(text)) ?? -1
  return index + 1 || 1
}
