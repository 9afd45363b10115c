const [mostKnown, longestKnown] = [1024, 64]

/** A function of one word that remembers what it said of up to 1,024 short ones: a large body repeats a few keys thousands of times. */
export function rememberWords<Said>(say: (word: string) => Said): (word: string) => Said {
  const known = new Map<string, Said>()
  return function said(word) {
    const before = known.get(word)
    if (before !== undefined) return before
    const now = say(word)
    if (word.length <= longestKnown) {
      if (known.size >= mostKnown) known.clear()
      known.set(word, now)
    }
    return now
  }
}
