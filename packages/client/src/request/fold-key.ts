/** A key as parsers read it that take any case, as Go's do: two that fold alike are one to them. */
export function foldKey(key: string): string {
  return known.get(key) ?? learn(key)
}

// A large body repeats a few keys thousands of times.
const known = new Map<string, string>()
const [mostKnown, longestKnown] = [1024, 64]

function learn(key: string): string {
  const folded = key.normalize('NFKC').toLowerCase()
  if (key.length <= longestKnown) {
    if (known.size >= mostKnown) known.clear()
    known.set(key, folded)
  }
  return folded
}
