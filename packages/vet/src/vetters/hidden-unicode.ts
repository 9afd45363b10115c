// Controls and format characters (bidi, zero-width, tags), separators, fillers, joiners that show nothing. Left out: tab and
// carriage return, and the Arabic signs that are format characters and yet seen.
const unseen = /(?![\t\r\u0600-\u0605])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0]|\u034F/gu

// Selectors of a glyph's form. Two are in daily use with emoji; the others can carry any text unseen.
const selectors = /(?![\uFE0E\uFE0F])\p{Variation_Selector}/gu

// What real writing needs: flags of regions, families of emoji, and joiners between letters of scripts that join.
const emojiTags = /\u{1F3F4}[\u{E0020}-\u{E007E}]{4,6}\u{E007F}/gu
const joined =
  /(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Tamil}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Syriac}\p{Script=Mongolian}])[\u200C\u200D](?=[\p{Extended_Pictographic}\p{L}])/gu

/** The hidden characters in a line, each kind once, such as `U+202E`. A byte order mark counts unless it begins the file. */
export function hiddenIn(line: string, { firstOfFile }: { firstOfFile: boolean }): string[] {
  const text = firstOfFile ? line.replace(/^\uFEFF/, '') : line
  const rest = text.replace(/\r$/, '').replaceAll(emojiTags, '').replaceAll(joined, '')
  const found = [...rest.matchAll(unseen), ...rest.matchAll(selectors)].map(
    ([character]) => character.codePointAt(0) ?? 0,
  )
  return [...new Set(found)].map((point) => `U+${point.toString(16).toUpperCase().padStart(4, '0')}`)
}
