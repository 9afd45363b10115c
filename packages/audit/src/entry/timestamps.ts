/** Make timestamps (RFC 3339, UTC, milliseconds); entries of one millisecond share one, for a Date costs as much as an id. */
export function timestamps(clock: () => number): () => string {
  let last = Number.NaN
  let text = ''
  return () => {
    const now = clock()
    if (now !== last) {
      text = new Date(now).toISOString()
      last = now
    }
    return text
  }
}
