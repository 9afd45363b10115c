import type { VetFile } from '../vetter/vet-subject.ts'

/** A line, or a part of one, and its number. */
export interface NumberedText {
  line: number
  text: string
}

/** The changed lines of a file, with their numbers. */
export function changedText({ text, changedLines }: VetFile): NumberedText[] {
  if (text === undefined || changedLines.size === 0) return []
  const lines = text.split('\n')
  return [...changedLines]
    .toSorted((one, other) => one - other)
    .map((line) => ({ line, text: lines[line - 1] ?? '' }))
}

/** The changed lines of a file in pieces that patterns may look at. */
export const changedPieces = (file: VetFile): NumberedText[] =>
  changedText(file).flatMap(({ line, text }) => piecesOf(text).map((piece) => ({ line, text: piece })))

// So much of a line is looked at at once, so that none can hold up the vet; what lies across an edge lies whole in one of two pieces.
const longestPiece = 20_000
const overlap = 2000

/** A line where a carriage return ends it too, in overlapping pieces where it is very long. */
export const piecesOf = (line: string): string[] =>
  line
    .split('\r')
    .flatMap((part) =>
      Array.from(
        { length: Math.max(1, Math.ceil((part.length - overlap) / (longestPiece - overlap))) },
        (_, index) =>
          part.slice(index * (longestPiece - overlap), index * (longestPiece - overlap) + longestPiece),
      ),
    )

/** The commands that a changed line is part of: one goes on after a backslash or a pipe at the end, and before a pipe at the beginning. */
export function changedCommands({ text = '', changedLines }: VetFile): NumberedText[] {
  const lines = text.split('\n')
  const commands: NumberedText[] = []
  let start = 0
  for (const [index, content] of lines.entries()) {
    const goesOn = /[\\|]$/.test(content.trimEnd().slice(-1)) || lines[index + 1]?.trimStart().startsWith('|')
    if (goesOn && index < lines.length - 1) continue
    const first = lines
      .slice(start, index + 1)
      .findIndex((_line, offset) => changedLines.has(start + offset + 1))
    if (first !== -1) {
      const whole = lines.slice(start, index + 1).map((line) => line.trimEnd().replace(/\\$/, ''))
      commands.push(...piecesOf(whole.join(' ')).map((piece) => ({ line: start + first + 1, text: piece })))
    }
    start = index + 1
  }
  return commands
}

/**
 * The line of a finding that comes from comparing now with then, which is the change's own wherever its text is spelt: the first changed
 * line that holds a text, else the first changed line; none when lines are only gone.
 */
export function changedLineOf(file: VetFile, text: string): number | undefined {
  const lines = changedText(file)
  return (lines.find((line) => line.text.includes(text)) ?? lines[0])?.line
}
