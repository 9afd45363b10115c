/**
 * Characters that a reader does not see or that reorder what is seen: controls, format characters (bidi, zero-width, tags),
 * lone surrogates, private use, line and paragraph separators, Hangul fillers.
 */
export const hiddenCharacters = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0]/u

/** A character as people look it up, such as `U+202E`. */
export function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
