// the joiner inside an emoji shows as that emoji
const emojiJoiner = String.raw`(?<=\p{Extended_Pictographic}[\u{1F3FB}-\u{1F3FF}\uFE0F]?)\u200D(?=\p{Extended_Pictographic})`
const hidden = new RegExp(String.raw`(?!${emojiJoiner})[\p{C}\p{Zl}\p{Zp}]`, 'gu')

/** Text in which every character shows: what others wrote, such as a file's name, cannot move the cursor or reorder the line. */
export function visible(text: string): string {
  return text.replaceAll(hidden, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}
