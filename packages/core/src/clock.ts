/** The time now, in milliseconds since 1970-01-01T00:00:00Z. `Date.now` is one. */
export type Clock = () => number
