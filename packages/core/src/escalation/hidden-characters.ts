/**
 * Characters that a reader does not see or that reorder what is seen: controls, format characters (bidi, zero-width, tags),
 * lone surrogates, private use, line and paragraph separators, Hangul fillers.
 */
export const hiddenCharacters = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0]/u

/** A character as people look it up, such as `U+202E`. */
export function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}

/** JSON in which every character that a reader would not see is spelt `\uXXXX`; it reads as the same value, and its line ends stay. */
export function visibleJson(json: string): string {
  return json.replaceAll(new RegExp(hiddenCharacters, 'gu'), (hidden) =>
    hidden === '\n' ? hidden : hidden.replaceAll(/[^]/g, spelt),
  )
}

const spelt = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
