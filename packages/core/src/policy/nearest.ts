/** The one of `names` that a misspelt name most likely means, or `undefined` when none is near. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  const wanted = name.slice(0, 100).toLowerCase()
  let best: { candidate: string; distance: number } | undefined
  for (const candidate of names) {
    const farthest = Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3))
    if (Math.abs(wanted.length - candidate.length) > farthest) continue
    const distance = editDistance(wanted, candidate.toLowerCase())
    if (distance <= farthest && (!best || distance < best.distance)) best = { candidate, distance }
  }
  return best?.candidate
}

/** Insertions, deletions, substitutions and swaps of neighbours between two texts (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let before: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let row = 1; row <= from.length; row++) {
    const next = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      next[column] = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (before[column - 2] ?? 0) + 1 : Infinity,
      )
    }
    before = last
    last = next
  }
  return last[to.length] ?? 0
}
