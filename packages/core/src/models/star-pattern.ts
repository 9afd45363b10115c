/**
 * A test for a pattern in which `*` stands for any characters, also none and also `/`; all else stands for itself.
 *
 * Takes time linear in the text for each star, whatever the pattern, so no text can stall it.
 */
export function starPattern(pattern: string): (text: string) => boolean {
  const parts = pattern.split('*')
  const head = parts[0] ?? ''
  const tail = parts.at(-1) ?? ''
  if (parts.length === 1) return (text) => text === pattern
  const middle = parts.slice(1, -1)
  return function matchesStarPattern(text) {
    if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail))
      return false
    let from = head.length
    for (const part of middle) {
      const at = text.indexOf(part, from)
      if (at < 0) return false
      from = at + part.length
    }
    return from <= text.length - tail.length
  }
}
