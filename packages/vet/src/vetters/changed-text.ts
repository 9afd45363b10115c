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

/**
 * The line of a finding that comes from comparing now with then, which is the change's own wherever its text is spelt: the first changed
 * line that holds a text, else the first changed line; none when lines are only gone.
 */
export function changedLineOf(file: VetFile, text: string): number | undefined {
  const lines = changedText(file)
  return (lines.find((line) => line.text.includes(text)) ?? lines[0])?.line
}
