/**
 * Text that strangers wrote, as Markdown that renders it letter for letter: no mention, link, image, HTML or workflow command acts.
 *
 * Characters that are not seen are written out; what is longer than `most` characters is cut.
 */
export function inert(text: string, most = 500): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text
  const visible = cut.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
  const longest = Math.max(0, ...(visible.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  const padding = longest > 0 || visible.trim() === '' ? ' ' : ''
  // A code span of GitHub neither mentions nor links; a bar would end a table's cell even there.
  return `${fence}${padding}${visible.replaceAll('|', '¦')}${padding}${fence}`
}
