/** A trailer of ours or of another tool, as found in a commit message. */
export interface Trailer {
  name: 'ai-model' | 'assisted-by' | 'ai-escalation' | 'co-authored-by'
  value: string
}

// Where git looks for trailers, the last paragraph, is not where squash merges leave them: every line counts, indented or quoted.
const line =
  /^[\s>*-]*(ai-model|assisted-by|ai-escalation|co-authored-by)[ \t]*:[ \t]*(\S[^\n]*(?:\n[ \t]+(?![^\n]*:)\S[^\n]*)*)/gim

/** Every trailer that bears on models, wherever it stands in a message, in any case, unfolded. */
export function readTrailers(message: string): Trailer[] {
  return [...message.replaceAll(/\r\n?/g, '\n').matchAll(line)].map(([, name = '', value = '']) => ({
    name: name.toLowerCase() as Trailer['name'],
    value: value.replaceAll(/\s*\n\s*/g, ' ').trim(),
  }))
}
