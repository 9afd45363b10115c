// Letters of other scripts that print like a Latin one, after lower-casing; the rest falls to compatibility decomposition.
const lookAlikes: Record<string, string> = Object.fromEntries(
  (
    'аa вb сc ԁd еe ғf ԍg һh іi јj кk ӏl мm нh оo рp ԛq гr ѕs тt ѵv ԝw хx уy ' +
    'αa βb ςc εe ηn ιi κk νv οo ρp τt υu χx γy ωw ɑa ɡg ıi ɩi օo ոn սu'
  )
    .split(' ')
    .map((pair) => [pair.charAt(0), pair.charAt(1)]),
)
const lookAlike = new RegExp(`[${Object.keys(lookAlikes).join('')}]`, 'gu')

const plain = /^[a-z0-9.:/@+#*-]*$/
const invisible = /[\p{M}\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu
const dash = /[\p{Pd}\u2212_]/gu

/**
 * The letters a name shows to a person: without case, spacing, accents, invisible and control characters, with
 * look-alike letters and dashes as the plain ones.
 *
 * Two names that fold alike are not the same name. Folding may only gate: nothing is ever opened by it.
 */
export function fold(text: string): string {
  if (plain.test(text)) return text
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(invisible, '')
    .replace(dash, '-')
    .replace(lookAlike, (letter) => lookAlikes[letter] ?? letter)
}
