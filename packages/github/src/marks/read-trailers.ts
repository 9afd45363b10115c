/** A trailer of ours or of another tool, as found in a commit message. */
export interface Trailer {
  name: 'ai-model' | 'assisted-by' | 'ai-escalation' | 'co-authored-by'
  value: string
}

// Where git looks for trailers, the last paragraph, is not where squash merges leave them: every line counts, indented or quoted.
// A value may begin on the folded line, as `git interpret-trailers --parse` reads it, but not at the next trailer's name. Strangers write
// messages, of any length: no part of the expression reads the same characters from two beginnings.
const line =
  /^(?:[>*-]|[^\S\n\r\u2028\u2029])*(ai-model|assisted-by|ai-escalation|co-authored-by)[^\S\n]*:[^\S\n]*(?:\n[^\S\n]+)*(?!(?:ai-model|assisted-by|ai-escalation|co-authored-by)[^\S\n]*:)(\S[^\n]*(?:\n[ \t]+(?=\S)(?![^\n]*:)[^\n]*)*)/gim

/** Every trailer that bears on models, wherever it stands in a message, in any case, unfolded. */
export function readTrailers(message: string): Trailer[] {
  return [...message.replaceAll(/\r\n?/g, '\n').matchAll(line)].map(([, name = '', value = '']) => ({
    name: name.toLowerCase() as Trailer['name'],
    value: value
      .split('\n')
      .map((part) => part.trim())
      .join(' '),
  }))
}
