/** The most that one text may take of its line, in bytes: all the texts of an entry together leave room in the 65,535 of a line. */
const mostBytes = 4000

/**
 * A text as entries hold it: one that takes more than 4,000 bytes of JSON is cut, and ends with how many UTF-16 units long it was, as in
 * `gpt-5… (70000 characters)`.
 *
 * Callers choose their tasks and providers the names of their models: uncut, any of them could make an entry too long for the log.
 */
export function loggedText(text: string): string {
  // No UTF-16 unit takes more bytes than the six of \u0000. What JavaScript passes for a text without a length is let by as well.
  if (!(text.length * 6 > mostBytes)) return text
  const mark = `… (${text.length} characters)`
  const roomBeforeMark = mostBytes - mark.length - 2
  let [bytes, units, kept] = [0, 0, 0]
  for (const character of text) {
    bytes += bytesInLine(character)
    units += character.length
    if (bytes <= roomBeforeMark) kept = units
    if (bytes > mostBytes) return text.slice(0, kept) + mark
  }
  return text
}

/** The characters that JSON writes as a backslash and one more (RFC 8259, section 7). */
const escapedShort = new Set('"\\\b\t\n\f\r')

/** How many bytes of UTF-8 a character takes between the quotes of JSON. */
function bytesInLine(character: string): number {
  if (escapedShort.has(character)) return 2
  const code = character.codePointAt(0) ?? 0
  if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff)) return 6
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  return code <= 0xffff ? 3 : 4
}
